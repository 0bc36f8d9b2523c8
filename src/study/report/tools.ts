/** The answers of the study tools: a section each, with how to read it, what was found, and the pictures. */
import { escapeText } from "../svg.ts";
import { drawStyle } from "../tools/draw/style.ts";
import type { ToolFinding, ToolPicture, ToolResult, UnmeasuredLoss } from "../tools/tool.ts";
import { idOf } from "./html.ts";

/** CSS of the sections. */
export const toolStyle = `
${drawStyle}
.contents{display:flex;flex-wrap:wrap;gap:6px 8px;padding:0;margin:0 0 4px;list-style:none}
.contents a{display:block;border:1px solid var(--rule);border-radius:99px;padding:3px 13px;background:var(--card);
font-size:.88rem;text-decoration:none}
.tool .findings{padding-left:1.2em;max-width:92ch;margin:14px 0 0}
.tool .findings li{margin:7px 0}
.tool figure{margin-top:22px;overflow-x:auto}
.tool figure .chart{min-width:720px;max-width:1180px}
.tool figcaption,.unmeasured{color:var(--soft);font-size:.88rem;margin-top:6px;max-width:92ch}
@media (min-width:1220px){.tool{margin-left:-40px;margin-right:-40px}}
@media print{.tool figure{overflow:visible}.tool figure .chart{min-width:0}.contents{display:none}
.tool{break-inside:auto}.tool figure{break-inside:avoid}}
`;

function findingsOf(findings: readonly ToolFinding[]): string {
  if (findings.length === 0) return "";
  // A sentence tells a few of many names; the pointer finds all of them.
  const items = findings.map(
    ({ text, losses }) => `<li title="${escapeText(losses.join(", "))}">${escapeText(text)}</li>`,
  );
  return `<ul class="findings">${items.join("")}</ul>`;
}

const figureOf = ({ svg, caption }: ToolPicture) =>
  `<figure>${svg}<figcaption>${escapeText(caption)}</figcaption></figure>`;

/** Losses without numbers, and why. */
function unmeasuredOf(losses: readonly UnmeasuredLoss[]): string {
  return losses
    .map(
      ({ title, status, message }) =>
        `<p class="unmeasured">${escapeText(title)}: <span class="chip ${status}">${status}</span> ${escapeText(message)}</p>`,
    )
    .join("");
}

function sectionOf({ tool, data, pictures, findings }: ToolResult): string {
  return [
    `<article class="card tool" id="tool-${idOf(tool.name)}"><header><h3>${escapeText(tool.title)}</h3>`,
    `<p class="name"><code>${escapeText(tool.name)}</code></p></header>`,
    `<p class="summary">${escapeText(tool.question)}</p>`,
    findingsOf(findings),
    ...pictures.map(figureOf),
    `<p class="reading"><b>How to read it.</b> ${escapeText(tool.reading)}</p>`,
    unmeasuredOf(data.unmeasured),
    "</article>",
  ].join("");
}

/** The sections of a report, as HTML; empty without tools. */
export function toolSections(results: readonly ToolResult[]): string {
  if (results.length === 0) return "";
  const contents = results.map(
    ({ tool }) => `<li><a href="#tool-${idOf(tool.name)}">${escapeText(tool.title)}</a></li>`,
  );
  return [
    "<h2>Put to the test</h2><p>The same questions to every loss, on scenes whose every pixel is known. ",
    "A pixel's pull is the size of its gradient by the logit.</p>",
    `<ul class="contents">${contents.join("")}</ul>`,
    ...results.map(sectionOf),
  ].join("");
}
