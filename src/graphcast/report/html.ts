/**
 * HTML and SVG as values: a tagged template that escapes every value which is not markup itself.
 *
 * `html\`<td>${name}</td>\`` is safe whatever `name` holds; there is no other way to make markup from a string than
 * the template, so a variable name or a file path can never become a tag.
 */

/** A piece of HTML or SVG that is already escaped. */
export class Markup {
  /** Use the `html` template: it is the only caller that may trust its text. */
  constructor(readonly text: string) {}
}

/** What may stand in a template: null and false leave nothing, arrays are joined. */
export type Content = Markup | string | number | null | undefined | false | readonly Content[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const render = (content: Content): string => {
  if (content === null || content === undefined || content === false) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'string') return content.replace(/[&<>"']/g, (character) => entities[character]!);
  if (typeof content === 'number') return String(content);
  return content.map(render).join('');
};

/** Markup from a template, with every value escaped that is not markup. */
export const html = (strings: TemplateStringsArray, ...values: readonly Content[]): Markup =>
  new Markup(strings.reduce((text, string, i) => text + render(values[i - 1]) + string));
