import { beforeAll, describe, expect, it } from 'vitest';
import { ended, ensureBuilt, start } from './helpers/spawn.js';

const fluxion = (...args: readonly string[]) => ended(start('src/cli/main', args));
const fake = (args: readonly string[], env?: Record<string, string>) =>
  ended(start('test/cli/helpers/fake-program', args, env));

beforeAll(ensureBuilt);

describe('the command line', () => {
  it('answers --help and --version on stdout with 0', async () => {
    const help = await fluxion('--help');
    expect(help.code).toBe(0);
    expect(help.stdout).toContain('Usage: fluxion');
    expect(await fluxion('--version')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  it.each([
    ['an unknown command', ['forecast']],
    ['an unknown option', ['graphcast', '--layers', '3']],
    ['a value that is no number', ['graphcast', '--steps', 'many']],
    ['an empty value', ['graphcast', '--steps', '']],
    ['a number out of range', ['graphcast', '--mesh-size', '7']],
    ['a fraction where a whole number is needed', ['graphcast', '--latent-size', '1.5']],
    ['an unknown engine', ['graphcast', '--engine', 'abacus']],
    ['a task that does not exist', ['graphcast', 'predict']],
    ['two data sources', ['graphcast', '--source', 'era5', '--data', 'a.nc']],
    ['a missing value', ['graphcast', '--seconds']],
    ['too many arguments', ['setup', 'now']],
    ['no command at all', []],
  ])('ends with 2 and says so on stderr: %s', async (_, args) => {
    const { code, stdout, stderr } = await fake(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).not.toBe('');
  });

  it('says what a value must be', async () => {
    const { stderr } = await fake(['graphcast', '--mesh-size', '7']);
    expect(stderr).toContain("--mesh-size <n>' argument '7' is invalid. It must be a whole number from 0 to 6");
  });

  it('ends with 1 and the reason when a task fails', async () => {
    expect(await fake(['graphcast', '--out', 'x'], { FAKE_JOB: 'fail' })).toEqual({
      code: 1,
      stdout: '',
      stderr: "fluxion: graphcast: 'x' is a file.\n",
    });
  });

  it('tells programs about a failure in JSON, on stdout', async () => {
    const { code, stdout } = await fake(['graphcast', '--json', '--out', 'x'], { FAKE_JOB: 'fail' });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({ error: { tag: 'NameError', message: "graphcast: 'x' is a file." } });
  });

  it('shows where an unexpected error came from', async () => {
    const { code, stderr } = await fake(['graphcast'], { FAKE_JOB: 'throw' });
    expect(code).toBe(1);
    expect(stderr).toMatch(/please report it\.\nRangeError: out of luck\n\s+at .*fake-program/);
  });

  it('keeps stdout to one JSON document and progress to stderr', async () => {
    const { code, stdout, stderr } = await fake(['graphcast', '--json', '--steps', '4']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ steps: 4, loss: { first: 1, last: 0.25 }, rmse: [{ level: 850 }] });
    expect(stderr).toContain('step 4/4  loss 0.25');
  });

  it('takes `graphcast train` for `graphcast`', async () => {
    const once = await fake(['graphcast', '--quiet', '--json', '--steps', '3']);
    expect(await fake(['graphcast', 'train', '--quiet', '--json', '--steps', '3'])).toEqual(once);
  });

  it('writes nothing at all with --quiet', async () => {
    expect(await fake(['graphcast', '--quiet'])).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await fake(['setup', '--quiet'])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('reports a setup, with its download on stderr', async () => {
    const { code, stdout, stderr } = await fake(['setup']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'The XLA plugin is ready: /plugins/xla.so\n' });
    expect(stderr).toContain('Downloading the wheel  5 MB of 10 MB');
  });

  it('lets the doctor name the engine that runs, why not a better one, and all it knows', async () => {
    const { code, stdout, stderr } = await fake(['doctor']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Engine {6}tfjs \(wasm\)$/m);
    expect(stdout).toMatch(/^Why not {5}xla: It has not been set up\.$/m);
    expect(stdout).toMatch(/^Why not {5}tfjs:node: it is not installed\.$/m);
    expect(stdout).toMatch(/^Programs {4}3 compiled, 2\.5 MB in \/cache$/m);
    expect(stderr).toBe('fluxion: the XLA engine cannot be used: It has not been set up.\n');
    const json = await fake(['doctor', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      problem: { tag: 'PluginNotFound' },
      cache: { programs: 3 },
      tfjs: { backend: 'wasm' },
    });
  });

  it('lets the doctor end with 1 when only the interpreter is left', async () => {
    const { code, stdout } = await fake(['doctor'], { FAKE_TFJS: '1' });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^Engine {6}reference, a slow interpreter$/m);
  });

  it('lists what TensorFlow.js computes and what goes past it', async () => {
    const { code, stdout } = await fake(['doctor', '--engine', 'tfjs']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/always computed on the host:\n {2}sort\n/);
    expect(stdout).toMatch(/^ {2}Erf: seven digits only$/m);
  });
});
