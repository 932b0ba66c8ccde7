/** Writes `examples/graphcast-notebook.ipynb` anew from the script: `npm run notebook`, in the checkout. */
import { readFileSync, writeFileSync } from 'node:fs';
import { cellsOf, notebookOf } from './notebook.js';

const name = 'examples/graphcast-notebook';
writeFileSync(`${name}.ipynb`, notebookOf(cellsOf(readFileSync(`${name}.ts`, 'utf8'))));
