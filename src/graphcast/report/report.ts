/**
 * The training report: one HTML file that explains a run to whoever opens it.
 *
 * Everything is inside: drawings as SVG, rasters as data URIs, the style sheet; no script, no font, no address that
 * a browser would fetch. It can be mailed, archived and printed, and reads well in light and dark, at any width.
 */
import { cautionText, configurationSection, headline, provenanceSection } from './facts-section.js';
import { html, type Markup } from './html.js';
import { mapSection } from './map-section.js';
import { timeText } from './number-text.js';
import type { ReportData } from './report-data.js';
import { skillSection } from './skill-section.js';
import { style } from './style.js';
import { trainingSection } from './training-section.js';

const outcomes: Readonly<Record<ReportData['outcome'], string>> = {
  finished: 'Training ran to its end',
  'out of time': 'Training used up its time',
  interrupted: 'Training was interrupted, and everything saved',
};

/** A page with a header, and its content. */
export const pageOf = (title: string, lead: Markup, content: Markup): Markup => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="fluxion">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header><div class="page"><p class="overline">fluxion <span aria-hidden="true">·</span> GraphCast</p><h1>${title}</h1>
<p class="lead">${lead}</p></div></header>
<main id="content" class="page">
${content}
</main>
<footer class="page"><p>Coastlines: Natural Earth, public domain. Colours: viridis and ColorBrewer RdBu.</p></footer>
</body>
</html>
`;

const page = (data: ReportData, caution: string | null): Markup =>
  pageOf(
    data.title,
    html`${outcomes[data.outcome]}, <time datetime="${data.finishedAt}">${timeText(data.finishedAt)}</time>. Data: ${data.dataset.name}.`,
    html`${headline(data)}
${caution && html`<aside class="caution" aria-label="How to read these figures"><b>How to read these figures.</b> ${caution}</aside>`}
${trainingSection(data)}
${skillSection(data)}
${mapSection(data)}
${configurationSection(data.configuration)}
${provenanceSection(data)}`,
  );

/** Renders the report as one self-contained HTML document. */
export const renderReport = (data: ReportData): string => page(data, cautionText(data.dataset)).text;
