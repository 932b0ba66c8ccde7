/**
 * Where laws are run: float64 on the reference engine, which computes each primitive by plain loops.
 *
 * A mathematical law is about real numbers. In float64 on an engine without tricks a wrong rule has nowhere to hide;
 * faster engines and lower precision are then compared with that answer, in a law of their own.
 */
import { config } from 'fluxion';

/** Runs `body` with other settings, and puts back those that were. */
export function withSettings<T>(
  settings: { readonly engine?: string; readonly enableX64?: boolean; readonly keyReuse?: string },
  body: () => T,
): T {
  const before = {
    engine: config.read('engine'),
    enableX64: config.read('enableX64'),
    keyReuse: config.read('keyReuse'),
  };
  if (settings.engine !== undefined) config.update('engine', settings.engine);
  if (settings.enableX64 !== undefined) config.update('enableX64', settings.enableX64);
  if (settings.keyReuse !== undefined) config.update('keyReuse', settings.keyReuse);
  try {
    return body();
  } finally {
    config.update('engine', before.engine);
    config.update('enableX64', before.enableX64);
    config.update('keyReuse', before.keyReuse);
  }
}

/**
 * Runs `body` in float64 on the reference engine, or on another one that is named. A law runs a function on one input
 * again and again, so keys among the inputs are used again, too.
 */
export const onJudge = <T>(body: () => T, engine = 'reference'): T =>
  withSettings({ engine, enableX64: true, keyReuse: 'allow' }, body);
