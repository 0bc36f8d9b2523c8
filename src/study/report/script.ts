/**
 * The report's script: sorts the table, changes the theme, enlarges pictures. The page is whole without it.
 */

/** JavaScript that sorts a table by the column whose button is pressed: of the reports, and of the documentation site. */
export const sortScript = `
for (const button of document.querySelectorAll("button.sort")) {
  button.addEventListener("click", () => {
    const head = button.closest("th");
    const body = head.closest("table").tBodies[0];
    const column = head.cellIndex;
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of head.parentNode.children) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const cellOf = (row) => row.cells[column];
    const missing = (row) => cellOf(row).classList.contains("none");
    const compare = (a, b) => {
      const [x, y] = [cellOf(a).dataset.value, cellOf(b).dataset.value];
      const order = x === undefined ? cellOf(a).textContent.localeCompare(cellOf(b).textContent) : x - y;
      return down ? -order : order;
    };
    // Rows without a number stay at the end in both directions.
    const rows = [...body.rows].sort((a, b) => missing(a) - missing(b) || (missing(a) ? 0 : compare(a, b)));
    body.append(...rows);
  });
}
`.trim();

/** JavaScript of the page, for an inline `<script>`. */
export const reportScript = `
(() => {
  const root = document.documentElement;
  const theme = document.querySelector("#theme");
  const themes = ["auto", "light", "dark"];
  theme.hidden = false;
  theme.addEventListener("click", () => {
    const next = themes[(themes.indexOf(root.dataset.theme || "auto") + 1) % themes.length];
    root.dataset.theme = next;
    theme.textContent = "Theme: " + next;
  });

  ${sortScript}

  const dialog = document.querySelector("#enlarged");
  for (const button of document.querySelectorAll("button.zoom")) {
    button.addEventListener("click", () => {
      const source = button.querySelector("image, use");
      const view = button.querySelector("svg").cloneNode(false);
      const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
      use.setAttribute("href", source.localName === "use" ? source.getAttribute("href") : "#" + source.id);
      view.append(use);
      dialog.querySelector(".stage").replaceChildren(view);
      dialog.querySelector("p").textContent = button.dataset.caption;
      dialog.showModal();
    });
  }
  dialog.addEventListener("click", () => dialog.close());
})();
`.trim();
