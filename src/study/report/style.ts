/** The report's style sheet: light, dark and print from one set of names. */
import { chartStyle, darkSeries } from "../svg.ts";

const light = `--page:#f6f7f8;--card:#fff;--ink:#1a1e24;--soft:#5a6572;--rule:#e1e5ea;--wash:#f3f5f7;
--accent:#0a5fb4;--refused:#7a5200;--refused-wash:#fff4d6;--failed:#a3161d;--failed-wash:#fdebec;
--shadow:0 1px 2px #1a1e2412,0 4px 16px #1a1e240a;color-scheme:light`;

const dark = `--page:#0e1115;--card:#161a20;--ink:#e6e9ee;--soft:#9ba6b3;--rule:#2a313b;--wash:#1d232b;
--accent:#78b8ff;--refused:#f0c266;--refused-wash:#33290f;--failed:#ff9a9a;--failed-wash:#3a1a1d;
${darkSeries};--shadow:none;color-scheme:dark`;

/** The charts' own colours again. */
const lightSeries = darkSeries.replaceAll(/#\w+/g, "initial");

const base = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
body{margin:0;background:var(--page);color:var(--ink);
font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main,.top{max-width:1120px;margin:0 auto;padding:0 20px}
h1,h2,h3,p,figure,dl,dd,pre{margin:0}
h1{font-size:clamp(1.7rem,4.5vw,2.5rem);line-height:1.15;letter-spacing:-.022em;text-wrap:balance}
h2{font-size:1.35rem;letter-spacing:-.012em;margin:56px 0 6px}
h2+p{color:var(--soft);max-width:72ch;margin-bottom:16px}
h3{font-size:1.3rem;letter-spacing:-.012em;line-height:1.25}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;
font-size:.88em}
a{color:var(--accent);text-decoration-thickness:1px;text-underline-offset:3px}
button{font:inherit;color:inherit;background:none;border:0;padding:0;cursor:pointer}
:focus-visible{outline:2px solid var(--accent);outline-offset:3px;border-radius:4px}
svg{display:block}
`;

const header = `
.top{padding-top:36px}
.bar-top{display:flex;justify-content:space-between;align-items:center;margin-bottom:14px;
font-size:.85rem;color:var(--soft)}
.bar-top b{color:var(--accent);letter-spacing:.02em}
#theme{border:1px solid var(--rule);border-radius:99px;padding:4px 14px;background:var(--card)}
.lead{color:var(--soft);margin-top:10px}
.pictures{display:grid;grid-template-columns:repeat(var(--count),1fr);gap:18px;margin-top:28px}
.pictures figcaption{font-size:.88rem;color:var(--soft);margin-top:8px;line-height:1.4}
.pictures figcaption b{display:block;color:var(--ink);font-weight:600}
.zoom{display:block;width:100%;cursor:zoom-in;border-radius:8px;overflow:hidden;
border:1px solid var(--rule)}
.zoom svg{width:100%;height:auto}
.pictures .pair{white-space:nowrap}
.key{display:inline-block;width:.7em;height:.7em;border-radius:2px;margin:0 .25em 0 .1em}
.overview{display:grid;grid-template-columns:repeat(6,1fr);margin-top:26px;
background:var(--card);border:1px solid var(--rule);border-radius:10px;overflow:hidden}
.overview div{background:var(--card);padding:12px 16px;box-shadow:0 0 0 1px var(--rule)}
dt{font-size:.76rem;color:var(--soft);letter-spacing:.01em}
.overview dd{font-weight:600;overflow-wrap:anywhere;line-height:1.35}
.overview small{display:block;font-weight:400;color:var(--soft);font-size:.8rem}
.notes{margin:20px 0 0;padding:10px 18px 10px 36px;background:var(--card);border:1px solid var(--rule);
border-radius:10px;font-size:.93rem}
`;

const overview = `
.scroll{overflow-x:auto;background:var(--card);border:1px solid var(--rule);border-radius:10px;
box-shadow:var(--shadow)}
table{border-collapse:separate;border-spacing:0;width:100%;font-size:.91rem;line-height:22px;
font-variant-numeric:tabular-nums}
th,td{padding:9px 14px;text-align:right;white-space:nowrap;border-bottom:1px solid var(--rule)}
tbody tr:last-child>*{border-bottom:0}
tbody tr:hover>*{background:var(--wash)}
th:first-child,.text{text-align:left}
th:first-child{position:sticky;left:0;background:var(--card);z-index:1}
tbody th{font-weight:550}
tbody th a{color:inherit;text-decoration-color:var(--rule)}
thead th{font-size:.8rem;font-weight:600;color:var(--soft)}
td.text,.none{color:var(--soft)}
.sort::after{content:"↕";opacity:.35;margin-left:.3em;font-weight:400}
[aria-sort=ascending] .sort::after{content:"↑";opacity:1}
[aria-sort=descending] .sort::after{content:"↓";opacity:1}
.meter{display:inline-block;width:44px;height:6px;border-radius:3px;margin-right:9px;vertical-align:middle;
background:linear-gradient(90deg,var(--accent) calc(100%*var(--share)),var(--rule) 0)}
.meter+span{display:inline-block;min-width:4.1em}
.chip{display:inline-block;font-size:.74rem;font-weight:500;line-height:18px;border-radius:99px;
padding:1px 10px;
background:var(--wash);color:var(--soft);vertical-align:middle}
.chip.refused{background:var(--refused-wash);color:var(--refused)}
.chip.failed{background:var(--failed-wash);color:var(--failed)}
.gallery{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:18px 16px}
.gallery figcaption{font-size:.84rem;margin-top:6px;line-height:1.35}
.gallery small{display:block;color:var(--soft);font-size:.76rem;font-variant-numeric:tabular-nums}
.legend{max-width:340px;margin-bottom:22px}
.bar-colors{height:10px;border-radius:3px;box-shadow:inset 0 0 0 1px #8884}
.bar-ends{display:grid;grid-template-columns:1fr auto 1fr;font-size:.78rem;color:var(--soft);margin-top:3px;
font-variant-numeric:tabular-nums}
.bar-ends span:last-child{text-align:right}
.bar{margin-top:8px}
`;

const cards = `
.card{background:var(--card);border:1px solid var(--rule);border-radius:14px;padding:26px 28px;
margin-top:24px;
box-shadow:var(--shadow);scroll-margin-top:16px}
.card header{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:center;gap:4px 16px}
.name{display:flex;align-items:center;gap:10px;color:var(--soft)}
.summary{margin-top:8px;max-width:74ch}
.formula{margin-top:16px;padding:13px 18px;background:var(--wash);border-left:3px solid var(--accent);
border-radius:0 8px 8px 0;white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.6;font-size:1rem}
.formula code{font-size:.97em}
.message{margin-top:16px;padding:12px 18px;border-radius:8px;overflow-wrap:anywhere}
.message.refused{background:var(--refused-wash);color:var(--refused)}
.message.failed{background:var(--failed-wash);color:var(--failed)}
.figures{display:flex;flex-wrap:wrap;gap:10px 30px;margin-top:18px;font-variant-numeric:tabular-nums}
.panels{display:grid;grid-template-columns:minmax(220px,3fr) minmax(250px,4fr) minmax(250px,4fr);
gap:20px 24px;
margin-top:22px;align-items:start}
.reading{margin-top:18px;max-width:84ch}
.card footer{margin-top:18px;padding-top:14px;border-top:1px solid var(--rule);font-size:.88rem}
.origin>div{display:grid;grid-template-columns:70px 1fr;gap:4px 12px;padding:3px 0;align-items:baseline}
.options{display:flex;flex-wrap:wrap;gap:5px 6px}
.option{background:var(--wash);border-radius:6px;padding:1px 9px;overflow-wrap:anywhere}
.option b{font-weight:500;color:var(--soft);margin-right:.2em}
summary{cursor:pointer;color:var(--soft);margin-top:4px}
details pre{background:var(--wash);padding:12px 16px;border-radius:8px;margin-top:8px;white-space:pre-wrap;
overflow-wrap:anywhere}
.end{max-width:1120px;margin:48px auto 0;padding:18px 20px 48px;color:var(--soft);font-size:.85rem}
dialog{border:0;padding:16px;border-radius:14px;background:var(--card);color:var(--ink);max-width:none;
cursor:zoom-out}
dialog:focus-visible{outline:0}
dialog::backdrop{background:#000a}
dialog .stage svg{width:min(88vw,82vh);height:auto;max-height:82vh;image-rendering:pixelated;
border-radius:6px}
dialog p{margin-top:10px;text-align:center;font-size:.92rem}
`;

const narrow = `
@media (max-width:900px){
.overview{grid-template-columns:repeat(3,1fr)}
.panels{grid-template-columns:1fr 1fr}.panels .map{grid-row:span 2}}
@media (max-width:620px){
main,.top{padding:0 14px}.top{padding-top:20px}
.pictures{grid-template-columns:1fr 1fr;gap:14px}
.overview{grid-template-columns:1fr 1fr}
.gallery{grid-template-columns:repeat(auto-fill,minmax(104px,1fr));gap:14px 10px}
.card{padding:20px 16px;border-radius:12px}
.panels{grid-template-columns:1fr}
.panels .map{grid-row:auto}
.origin>div{grid-template-columns:1fr}
th:first-child{min-width:128px;max-width:46vw;white-space:normal}
th,td{padding:9px 11px}
}
`;

const print = `
@media print{
:root,:root[data-theme]{${light};${lightSeries};--page:#fff;--shadow:none}
html{font-size:11.5px}
body{font-size:1rem}
#theme,dialog,.sort::after{display:none}
main,.top{max-width:none;padding:0}
.card,.gallery figure,.pictures figure,tr{break-inside:avoid}
h2{break-after:avoid}
.scroll{overflow:visible;box-shadow:none}
table{font-size:8.2pt;line-height:17px}th,td{padding:4px 7px}
.pictures{grid-template-columns:repeat(var(--count),1fr);gap:12px}
.overview{grid-template-columns:repeat(6,1fr)}
.overview div{padding:8px 10px}
h2{margin-top:28px}
.gallery{grid-template-columns:repeat(6,1fr);gap:10px}
.card{padding:12px 16px;margin-top:12px}
.figures{gap:4px 14px;margin-top:8px}
.summary,.reading,h2+p{max-width:none}
.panels{grid-template-columns:5fr 8fr 8fr;gap:12px;margin-top:10px}
.panels .map{grid-row:auto}
.bar-ends{font-size:6.5pt;white-space:nowrap}
.formula{padding:6px 12px}
.formula,.message,.reading,.card footer{margin-top:8px}
.card footer{padding-top:8px}
details{display:none}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
`;

/** CSS of the page, for an inline `<style>`. */
export const reportStyle = [
  `:root{${light}}`,
  `@media (prefers-color-scheme:dark){:root:not([data-theme=light]){${dark}}}`,
  `:root[data-theme=dark]{${dark}}`,
  ...[base, header, overview, cards, chartStyle, narrow, print].map((part) => part.trim()),
].join("\n");
