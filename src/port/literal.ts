/** Strings: Python's quotes, prefixes and format strings. */
import type { Draft } from './draft.js';
import { expression, operand } from './expression.js';
import type { Node } from './syntax.js';

const QUOTED = /^([A-Za-z]*)('''|"""|'|")([\s\S]*)\2$/;

/** A string in single quotes, or in backticks where it has lines. */
export function stringLiteral(text: string): string {
  const [, prefix, , body] = QUOTED.exec(text) ?? ['', '', '', text];
  const escaped = /r/i.test(prefix) ? body.replace(/\\/g, '\\\\') : body;
  if (escaped.includes('\n')) return `\`${escaped.replace(/`|\$\{/g, '\\$&')}\``;
  return `'${escaped.replace(/\\"/g, '"').replace(/(?<!\\)'/g, "\\'")}'`;
}

/** An f-string as a template. Formats of fixed digits are translated, others are marked. */
export function formatString(draft: Draft, node: Node): string {
  const [, , quote, body] = QUOTED.exec(node.text) ?? ['', '', '"', node.text.slice(2, -1)];
  let rest = body;
  let code = '';
  for (const part of node.children.filter(({ type }) => type === 'FormatReplacement')) {
    const at = rest.indexOf(part.text);
    code += plain(rest.slice(0, at), quote);
    rest = rest.slice(at + part.text.length);
    const value = expression(draft, part.children[1]);
    const spec = part.children.find(({ type }) => type === 'FormatSpec')?.text;
    const digits = spec === undefined ? null : /^:\.(\d+)f$/.exec(spec);
    if (spec !== undefined && !digits) draft.remark(node.line, `the format \`${spec}\` is left out`);
    const number = value.kind === 'array' ? `${operand(value)}.item()` : operand(value);
    code += `\${${digits ? `${number}.toFixed(${digits[1]})` : value.code}}`;
  }
  return `\`${code}${plain(rest, quote)}\``;
}

const plain = (text: string, quote: string): string =>
  text
    .replaceAll('{{', '{')
    .replaceAll('}}', '}')
    .replaceAll(`\\${quote}`, quote)
    .replace(/`|\$\{/g, '\\$&');
