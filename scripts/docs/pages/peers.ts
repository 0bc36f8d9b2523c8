/** The section of a loss's page that says what others call it. */
import { escapeText } from "../../../src/study/svg.ts";
import { callText } from "../../../test/golden/parity/correspondence.ts";
import { hrefOf } from "../html/page.ts";
import { inline, type Model } from "../model.ts";
import type { PeerCall, Peers, ProvenCall } from "../peers.ts";

const code = (text: string) => `<code>${escapeText(text)}</code>`;

function argumentsOf({ arguments: given = {} }: PeerCall): string {
  const pairs = Object.entries(given).map(
    ([theirs, ours]) => `${code(theirs)} → ${ours.startsWith("(") ? escapeText(ours) : code(ours)}`,
  );
  return pairs.map((pair) => `<span class="pair">${pair}</span>`).join("");
}

function countOf({ matched, listed }: PeerCall["proof"]): string {
  return matched + listed === 0 ? "none" : `${matched} of ${matched + listed}`;
}

function correspondences(model: Model, page: string, calls: readonly PeerCall[]): string {
  if (calls.length === 0) return "";
  const rows = calls.map((call) => {
    const note = call.note === undefined ? "" : `<div class="soft">${inline(model, page, call.note)}</div>`;
    return (
      `<tr><td>${escapeText(call.library)}</td><td>${code(call.theirs)}</td><td>${code(callText(call))}${note}</td>` +
      `<td>${argumentsOf(call)}</td><td class="right">${countOf(call.proof)}</td></tr>`
    );
  });
  return (
    '<div class="scroll"><table class="peers"><thead><tr><th>Library</th><th>Its call</th><th>Ours</th><th>Its arguments, and ours</th>' +
    `<th class="right">Golden cases</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`
  );
}

/** With other arguments of theirs ours has other options: the first few say how. */
function provenRow({ peer, fn, ours, cases }: ProvenCall): string {
  const shown = ours.slice(0, 3).map((text) => `<span class="pair">${code(text)}</span>`);
  const more =
    ours.length > 3 ? `<span class="soft">and ${ours.length - 3} more with other arguments</span>` : "";
  return (
    `<tr><td>${escapeText(peer)}</td><td>${code(fn)}</td><td>${shown.join("")}${more}</td>` +
    `<td class="right">${cases}</td></tr>`
  );
}

function provenTable(calls: readonly ProvenCall[]): string {
  if (calls.length === 0) return "";
  return (
    '<details class="more"><summary>Other code whose values and gradients are ours as well</summary>' +
    '<div class="scroll"><table class="peers"><thead><tr><th>Code</th><th>Its call</th><th>Ours</th>' +
    `<th class="right">Golden cases</th></tr></thead><tbody>${calls.map(provenRow).join("")}</tbody></table></div></details>`
  );
}

function namesOf(model: Model, page: string, { names }: Peers): string {
  if (names.length === 0) return "";
  const items = names.map(({ name, options, why }) => {
    const call = options === "" ? "" : ` is ${code(options)}`;
    return `<li><b>${escapeText(name)}</b>${call}: ${inline(model, page, why)}</li>`;
  });
  return `<p>Other names:</p><ul>${items.join("")}</ul>`;
}

/** Empty where nobody else is known to have the loss. */
export function peersSection(model: Model, page: string, name: string): string {
  const peers = model.peers.get(name);
  if (peers === undefined || peers.calls.length + peers.proven.length + peers.names.length === 0) return "";
  const links = [
    ["docs/parity.md", "All libraries"],
    ["docs/golden.md", "all golden cases"],
  ].flatMap(([file, text]) => {
    const guide = model.guides.get(file);
    return guide === undefined ? [] : [`<a href="${hrefOf(page, guide)}">${text}</a>`];
  });
  const intro =
    "<p>A golden case is a value with its gradient that their own code computed in float64; so many of them ours gives " +
    `again. ${links.join(", ")}.</p>`;
  return (
    '<h2 id="peers">The same call in peers</h2>' +
    (peers.calls.length + peers.proven.length > 0 ? intro : "") +
    correspondences(model, page, peers.calls) +
    provenTable(peers.proven) +
    namesOf(model, page, peers)
  );
}
