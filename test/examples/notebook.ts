/**
 * A script whose cells are marked with `// %%`, as a Jupyter notebook.
 *
 *   // %%                a cell of code; a title after the mark stays as its first comment
 *   // %% [markdown]     a cell of text, each line behind `//`
 *   // %% [script]       the end: what follows is for the script alone, as is what stands above the first mark
 */

export interface Cell {
  readonly kind: 'code' | 'markdown';
  readonly source: string;
}

/** A line that begins a cell, with what stands behind the mark. */
const MARK = /^\/\/ %%(?: (.*))?$/;

/** The cells of a script, in order. */
export function cellsOf(script: string): Cell[] {
  const cells: { kind: Cell['kind']; lines: string[] }[] = [];
  for (const line of script.split('\n')) {
    const mark = MARK.exec(line);
    const current = cells.at(-1);
    if (mark?.[1] === '[script]') break;
    if (mark?.[1] === '[markdown]') cells.push({ kind: 'markdown', lines: [] });
    else if (mark) cells.push({ kind: 'code', lines: mark[1] === undefined ? [] : [`// ${mark[1]}`] });
    else if (current) current.lines.push(current.kind === 'code' ? line : line.replace(/^\/\/ ?/, ''));
  }
  return cells.map(({ kind, lines }) => ({ kind, source: lines.join('\n').trim() }));
}

/** Lines with their ends, as notebooks hold them. */
const linesOf = (text: string): string[] => text.split(/(?<=\n)/);

/** The text of a notebook (nbformat 4.5) for a TypeScript kernel, without outputs. */
export function notebookOf(cells: readonly Cell[]): string {
  const notebook = {
    cells: cells.map(({ kind, source }, i) => ({
      cell_type: kind,
      ...(kind === 'code' ? { execution_count: null } : {}),
      id: `cell-${i}`,
      metadata: {},
      ...(kind === 'code' ? { outputs: [] } : {}),
      source: linesOf(source),
    })),
    metadata: {
      kernelspec: { display_name: 'Deno', language: 'typescript', name: 'deno' },
      language_info: { file_extension: '.ts', mimetype: 'text/x.typescript', name: 'typescript' },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  return `${JSON.stringify(notebook, null, 1)}\n`;
}
