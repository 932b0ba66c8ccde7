import { describe, expect, it } from 'vitest';
import { renderReport } from '../../../src/graphcast/report/index.js';
import { fieldOf, sampleReport } from './helpers/sample-report.js';

const withoutElements = (page: string): string =>
  page
    .replace(/<style>.*?<\/style>/gs, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
const matches = (page: string, pattern: RegExp): string[] => [...page.matchAll(pattern)].map(([, group]) => group!);
const empty = new Set(['meta', 'input']);

/** The elements that are opened and not closed, or closed and not open, in the order in which that shows. */
function unbalanced(page: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [, slash, name, self] of page.matchAll(/<(\/?)([a-zA-Z0-9]+)(?:"[^"]*"|[^">])*?(\/?)>/g)) {
    if (self || empty.has(name!)) continue;
    if (!slash) open.push(name!);
    else if (open.at(-1) === name) open.pop();
    else wrong.push(name!);
  }
  return [...wrong, ...open];
}

describe('the report as a file', () => {
  const page = renderReport(sampleReport());

  it('is well-formed HTML in a declared language and encoding', () => {
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">/);
    expect(unbalanced(page)).toEqual([]);
  });

  it('needs no network and no script', () => {
    expect(page).not.toMatch(/<script|<link|@import|https?:|\son\w+=/i);
    const addresses = [...matches(page, /(?:href|src)="([^"]*)"/g), ...matches(page, /url\(([^)]*)\)/g)];
    expect(addresses.length).toBeGreaterThan(0);
    expect(addresses.filter((address) => !/^(#|data:image\/png;base64,)/.test(address))).toEqual([]);
  });

  it('has unique ids, and every reference has its target', () => {
    const ids = matches(page, /\sid="([^"]*)"/g);
    expect(new Set(ids).size).toBe(ids.length);
    const references = [
      ...matches(page, /aria-labelledby="([^"]*)"/g),
      ...matches(page, /href="#([^"]*)"/g),
      ...matches(page, /url\(#([^)]*)\)/g),
    ];
    expect(references.filter((reference) => !ids.includes(reference))).toEqual([]);
  });

  it('describes every picture to those who cannot see it', () => {
    const pictures = page.match(/<svg[^>]*>/g)!;
    expect(pictures.filter((svg) => !/aria-(label|labelledby|hidden)="[^"]+"/.test(svg))).toEqual([]);
    expect(page).toContain('Training: from 2 to 0.0957. Held out: from 2.5 to 0.3.');
  });

  it('keeps names and values from becoming markup', () => {
    const hostile = renderReport(
      sampleReport({
        title: '<script>alert(1)</script>',
        rmse: [{ variable: '"><img src=x>', level: null, leadHours: 12, model: 1, persistence: 2 }],
        provenance: [{ name: 'Command', value: "fluxion --out '</td><b>'" }],
      }),
    );
    expect(hostile).not.toMatch(/<script|<img|<b>'/);
    expect(hostile).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(unbalanced(hostile)).toEqual([]);
  });
});

describe('what the report says', () => {
  it('opens with loss, steps, time, parameters and the number of wins against persistence', () => {
    const text = withoutElements(renderReport(sampleReport()));
    expect(text).toMatch(/Training loss 2 → 0\.0957 20\.9 times smaller/);
    expect(text).toMatch(/Steps 200 2 min 5 s, 1\.6 a second/);
    expect(text).toMatch(/Parameters 57,892/);
    expect(text).toMatch(/Better than persistence 2 of 3/);
  });

  it('says that four times of one sample show the machinery and not skill', () => {
    expect(withoutElements(renderReport(sampleReport()))).toContain(
      'Four times of one sample show the machinery and not skill',
    );
  });

  it('says that a simulation is no weather', () => {
    const { dataset } = sampleReport();
    const text = renderReport(sampleReport({ dataset: { ...dataset, kind: 'simulated' } }));
    expect(text).toContain('They say nothing about skill in forecasting weather.');
  });

  it('does not warn where the data cover a year', () => {
    const { dataset } = sampleReport();
    const times = Array.from({ length: 1460 }, (_, i) => new Date(Date.UTC(2017, 0, 1, 6 * i)).toISOString());
    expect(renderReport(sampleReport({ dataset: { ...dataset, times } }))).not.toContain('class="caution"');
  });

  it('has a row for each score with its unit, and the error saved against persistence', () => {
    const text = withoutElements(renderReport(sampleReport()));
    expect(text).toContain('Temperature 850 hPa 12 h 1.50 2.00 K +25 %');
    expect(text).toContain('Temperature 850 hPa 24 h 3.00 2.50 K −20 %');
    expect(text).toContain('Mean sea level pressure surface 12 h 210 420 Pa +50 %');
  });

  it('says when nothing was held out', () => {
    const { dataset } = sampleReport();
    const page = renderReport(sampleReport({ heldOut: [], dataset: { ...dataset, heldOut: null } }));
    expect(page).toContain('Measured on the training data: nothing was held out.');
  });

  it('takes names and units of unknown variables from the data', () => {
    const rmse = [{ variable: 'h', level: null, leadHours: 1, model: 1, persistence: 2 }];
    const variables = { h: { label: 'Depth of the fluid', units: 'm2 s-2' } };
    expect(withoutElements(renderReport(sampleReport({ rmse, variables })))).toContain(
      'Depth of the fluid surface 1 h 1.00 2.00 m² s⁻²',
    );
  });

  it('shows target, forecast and both errors of each map, with where the error is largest', () => {
    const page = renderReport(sampleReport());
    expect(page.match(/<figure class="map">/g)).toHaveLength(12);
    expect(matches(page, /<input type="radio" name="map" value="(\d)"/g)).toEqual(['0', '1', '2']);
    expect(page.match(/<input[^>]* checked/g)).toHaveLength(1);
    const text = withoutElements(page);
    expect(text).toContain('Temperature at 850 hPa 12 h after 2017-01-01 12:00 UTC, valid 2017-01-02 00:00 UTC');
    expect(text).toContain('Error of the forecast largest +8 K at 45°N 30°W');
    expect(text).toContain('Error of persistence largest −2 K at 90°N 0°');
    expect(text).toContain('Target 255 to 345 K');
  });
});

describe('a report of a run that went wrong', () => {
  it('leaves gaps where the loss is not finite, and says so', () => {
    const { training } = sampleReport();
    const broken = training.map((point) => (point.step > 150 ? { ...point, loss: Number.NaN } : point));
    const page = renderReport(sampleReport({ training: broken }));
    expect(withoutElements(page)).toContain('50 of 200 steps have a loss that is not finite , the first at step 151');
    expect(matches(page, /\sd="([^"]*)"/g).filter((path) => path.includes('NaN'))).toEqual([]);
  });

  it('can be made without a step, a score or a map', () => {
    const page = renderReport(sampleReport({ training: [], heldOut: [], rmse: [], maps: [], configuration: [] }));
    expect(unbalanced(page)).toEqual([]);
    expect(page).toContain('No step has a loss that could be drawn.');
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('shows a forecast that is nowhere a number', () => {
    const { maps } = sampleReport();
    const page = renderReport(sampleReport({ maps: [{ ...maps[0]!, forecast: fieldOf(() => Number.NaN) }] }));
    expect(withoutElements(page)).toContain('Forecast no finite value');
    expect(page).not.toMatch(/NaN|undefined/);
  });
});
