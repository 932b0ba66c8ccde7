/**
 * The report's style sheet. Colours are named once for light and once for dark; contrast is at least 4.5:1 for text
 * and 3:1 for lines. Blue solid is the model, orange dashed is what it is compared with.
 */
import { html, type Markup } from './html.js';

export const style: Markup = html`
:root {
  --paper: #f5f7f9; --card: #ffffff; --ink: #151b23; --quiet: #55606e; --edge: #dde3ea; --grid: #e8ecf1;
  --model: #1d5fae; --raw: #9dbfe4; --other: #b8500f; --better: #2f7d5b; --worse: #b3382f;
  --caution: #fff6df; --caution-edge: #e2b340;
  color-scheme: light dark;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0e1217; --card: #161c23; --ink: #e8ecf1; --quiet: #a2adba; --edge: #2a333d; --grid: #232b34;
    --model: #73b1f5; --raw: #33567e; --other: #f59a57; --better: #5fc596; --worse: #f0837a;
    --caution: #2a2312; --caution-edge: #a5822c;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "DejaVu Sans", sans-serif; }
.page { max-width: 1136px; margin: 0 auto; padding: 0 24px; }
header { border-top: 5px solid; border-image: linear-gradient(90deg, #440154, #355e8d, #1f978b, #65cb5e, #fde725) 1; padding: 36px 0 8px; }
.overline { margin: 0 0 6px; color: var(--quiet); font-size: 13px; font-weight: 600; letter-spacing: .08em; }
h1 { margin: 0; font-size: clamp(28px, 4vw, 40px); line-height: 1.15; letter-spacing: -.02em; font-weight: 700; text-wrap: balance; }
h2 { margin: 56px 0 14px; font-size: 24px; letter-spacing: -.01em; }
h3 { margin: 0; font-size: 16px; font-weight: 650; }
small { font-size: 13px; font-weight: 400; color: var(--quiet); }
.lead, .intro { color: var(--quiet); max-width: 88ch; }
.lead { margin: 12px 0 0; font-size: 17px; }
.intro { margin: 0 0 18px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 12px; top: 12px; padding: 8px 14px; background: var(--card); color: var(--ink); }
.card { margin: 0; padding: 18px 20px; background: var(--card); border: 1px solid var(--edge); border-radius: 12px; }
.wide { margin-bottom: 18px; }
.pair { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 18px; }
.gallery { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 330px), 1fr)); gap: 18px; margin: 0 0 18px; }
.charts { margin-bottom: 18px; }
.tables { align-items: start; }
.scroll { overflow-x: auto; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(220px, 1fr)); gap: 1px; margin: 26px 0 0; background: var(--edge); border: 1px solid var(--edge); border-radius: 12px; overflow: hidden; }
.tile { padding: 16px 20px 18px; background: var(--card); }
.tile dt { font-size: 13px; color: var(--quiet); }
.tile dd { margin: 2px 0 0; font-size: 26px; font-weight: 650; letter-spacing: -.01em; font-variant-numeric: tabular-nums; }
.tile small { display: block; letter-spacing: 0; }
.arrow { color: var(--quiet); font-weight: 400; }
.caution, .warning { margin: 20px 0 0; padding: 14px 18px; background: var(--caution); border: 1px solid var(--caution-edge); border-radius: 12px; }
figcaption { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 4px 18px; margin-bottom: 10px; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 0; padding: 0; list-style: none; font-size: 14px; }
section > .legend { margin: 0 0 12px; }
.legend li { display: flex; align-items: center; gap: 8px; }
svg { display: block; }
.chart { width: 100%; height: auto; }
.wide .chart { min-width: 640px; }
.chart text, .bar text { font-size: 12.5px; fill: var(--quiet); font-variant-numeric: tabular-nums; }
.labels text { fill: var(--ink); }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.grid path { stroke: var(--grid); }
.axis { fill: none; stroke: var(--quiet); }
.line.model { stroke: var(--model); }
.line.raw { stroke: var(--raw); stroke-width: 1; }
.line.other { stroke: var(--other); stroke-dasharray: 6 5; }
.mark { stroke: var(--card); stroke-width: 1.5; }
.mark.model { fill: var(--model); }
.mark.other { fill: var(--other); }
table { width: 100%; border-spacing: 0; border-collapse: separate; font-size: 15px; font-variant-numeric: tabular-nums; }
table.card { padding: 6px 20px 10px; }
caption { padding: 0 0 8px; text-align: left; color: var(--quiet); font-size: 14px; }
.facts caption { font-size: 16px; font-weight: 650; color: var(--ink); }
th, td { padding: 7px 14px 7px 0; text-align: left; border-top: 1px solid var(--grid); vertical-align: baseline; }
thead th { border-top: 0; color: var(--quiet); font-size: 13px; font-weight: 600; }
tbody th { font-weight: 500; }
.facts th { width: 42%; color: var(--quiet); font-weight: 400; }
.facts td { overflow-wrap: anywhere; }
th:last-child, td:last-child { padding-right: 0; }
.number, .gauge { text-align: right; white-space: nowrap; }
.track { position: relative; display: inline-block; width: 120px; height: 10px; margin-right: 12px; border-radius: 5px; background: linear-gradient(var(--quiet), var(--quiet)) center / 1px 100% no-repeat var(--grid); overflow: hidden; }
.track i { position: absolute; top: 0; bottom: 0; }
.better { background: var(--better); }
.worse { background: var(--worse); }
.chooser { margin: 0 0 18px; padding: 0; border: 0; display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 460px), 1fr)); gap: 6px 28px; }
.chooser legend { padding: 0 0 8px; color: var(--quiet); font-size: 14px; }
.chooser div { display: flex; flex-wrap: wrap; align-items: center; gap: 6px; }
.chooser b { min-width: 168px; font-size: 15px; font-weight: 500; }
.chooser label { position: relative; cursor: pointer; }
.chooser input { position: absolute; inset: 0; margin: 0; opacity: 0; cursor: pointer; }
.chooser span { display: block; padding: 4px 14px; border: 1px solid var(--edge); border-radius: 99px; background: var(--card); font-size: 14px; }
.chooser input:checked + span { background: var(--model); border-color: var(--model); color: var(--card); font-weight: 600; }
.chooser input:focus-visible + span, summary:focus-visible { outline: 3px solid var(--other); outline-offset: 2px; }
.hidden { position: absolute; }
.panel { display: none; }
.panel h3 { margin-bottom: 14px; font-size: 18px; }
.panel h3 small { display: block; font-size: 14px; }
.panel .bar { max-width: 520px; margin: 8px auto 20px; }
.panel .bar:last-child { margin-bottom: 0; }
.map { margin: 0; }
.map figcaption { margin-bottom: 6px; font-size: 14px; }
.map figcaption span { color: var(--quiet); font-variant-numeric: tabular-nums; }
.map svg { width: 100%; height: auto; }
.bar { width: 100%; height: auto; }
.shore { fill: none; stroke-linejoin: round; }
.shore .halo { stroke: #ffffff; stroke-width: 1.7; stroke-opacity: .4; }
.shore .edge { stroke: #0c1118; stroke-width: .7; stroke-opacity: .9; }
.graticule { fill: none; stroke: #0c1118; stroke-width: .35; stroke-opacity: .28; }
.sphere { fill: none; stroke: var(--quiet); stroke-width: 1; }
summary { padding: 6px 0; cursor: pointer; }
details { margin: 0 0 18px; }
footer { margin-top: 56px; padding-bottom: 40px; color: var(--quiet); font-size: 13px; }
@media (max-width: 760px) { .pair { grid-template-columns: minmax(0, 1fr); } .page { padding: 0 16px; } h2 { margin-top: 40px; } }
@supports not selector(:has(*)) { .panel { display: block; margin-bottom: 18px; } .chooser { display: none; } }
@media print {
  body { background: #fff; } .chooser, .skip { display: none; } .panel { display: block; margin-bottom: 18px; }
  .card, tr, .tile { break-inside: avoid; } h2 { break-after: avoid; } .panel, .map, .track i { print-color-adjust: exact; }
}
`;
