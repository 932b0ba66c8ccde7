/**
 * What the originals' functions take, from tables of text.
 *
 *   name(a,b|c,d)    a and b are required; c and d have defaults and may be given by position
 *   name(a*|c)       any number of arguments after a
 *
 * Parameters that are positional only count as required, with or without a default, as the porting rule has it.
 */
import { haikuSignatures } from './signatures/haiku.js';
import { jaxSignatures } from './signatures/jax.js';
import { laxSignatures } from './signatures/lax.js';
import { numpySignatures } from './signatures/numpy.js';
import { optaxSignatures } from './signatures/optax.js';
import { scipySignatures } from './signatures/scipy.js';

export interface Signature {
  readonly required: readonly string[];
  readonly variadic: boolean;
  readonly optional: readonly string[];
}

/** DeepMind's functions by the order that their arguments have here. */
const graphcastSignatures: Readonly<Record<string, string>> = {
  'graphcast.data_utils': 'extract_inputs_targets_forcings(dataset) add_derived_vars(data) add_tisr_var(data)',
  'graphcast.graphcast': 'GraphCast(model_config,task_config)',
  'graphcast.casting': 'Bfloat16Cast(predictor,enabled)',
  'graphcast.normalization': 'InputsAndResiduals(predictor)',
  'graphcast.autoregressive': 'Predictor(predictor|noise_level,gradient_checkpointing)',
  'graphcast.rollout':
    'chunked_prediction(predictor_fn,rng,inputs,targets_template,forcings) chunked_prediction_generator(predictor_fn,rng,inputs,targets_template,forcings)',
  'graphcast.checkpoint': 'load(path)',
  xarray: 'concat(objs,dim) merge(objects) load_dataset(path) open_dataset(path) Dataset(data_vars|coords,attrs)',
};

const ENTRY = /(\w+)\(([\w,]*)(\*?)(?:\|([\w,]*))?\)/g;
const names = (list: string | undefined): string[] => (list ? list.split(',') : []);

function tableOf(text: string): ReadonlyMap<string, Signature> {
  const table = new Map<string, Signature>();
  for (const [, name, required, star, optional] of text.matchAll(ENTRY)) {
    table.set(name, { required: names(required), variadic: star === '*', optional: names(optional) });
  }
  return table;
}

const TEXTS: Readonly<Record<string, string>> = {
  ...jaxSignatures,
  ...laxSignatures,
  ...numpySignatures,
  ...scipySignatures,
  ...optaxSignatures,
  ...haikuSignatures,
  ...graphcastSignatures,
};

const tables = new Map<string, ReadonlyMap<string, Signature>>();

/** The signature of a function of a Python module, where it is known. */
export function signatureOf(module: string, name: string): Signature | undefined {
  if (!(module in TEXTS)) return undefined;
  let table = tables.get(module);
  if (!table) {
    table = tableOf(TEXTS[module]);
    tables.set(module, table);
  }
  return table.get(name);
}
