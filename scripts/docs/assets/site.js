// The search box and the sortable table. Every page reads well without this file.
(() => {
  const root = document.documentElement.dataset.root || "";
  const box = document.querySelector("#search");
  const list = document.querySelector("#found");
  const losses = window.segtapeLosses || [];
  const cards = [...document.querySelectorAll(".card[data-words]")];
  box.hidden = false;

  const wordsOf = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (words, haystack) => words.every((word) => haystack.includes(word));

  /** On the catalogue the cards themselves are filtered. */
  function filterCards(words) {
    for (const card of cards) card.hidden = !fits(words, card.dataset.words);
    for (const family of document.querySelectorAll(".family"))
      family.hidden = [...family.querySelectorAll(".card")].every((card) => card.hidden);
    document.querySelector("#none").hidden = cards.some((card) => !card.hidden);
  }

  function showList(words) {
    list.replaceChildren();
    list.hidden = words.length === 0;
    const hits = losses.filter((loss) => fits(words, loss.words));
    // What bears the word in its name comes first.
    const named = (loss) => fits(words, `${loss.name} ${loss.title}`.toLowerCase());
    hits.sort((a, b) => named(b) - named(a));
    for (const loss of hits.slice(0, 12)) {
      const link = document.createElement("a");
      link.href = root + loss.page;
      const title = document.createElement("b");
      title.textContent = loss.title;
      const name = document.createElement("small");
      name.textContent = `${loss.name} · ${loss.family}`;
      link.append(title, name);
      const item = document.createElement("li");
      item.append(link);
      list.append(item);
    }
    if (hits.length === 0) {
      const item = document.createElement("li");
      item.className = "nothing";
      item.textContent = "No loss by that name.";
      list.append(item);
    }
    list.querySelector("a")?.classList.add("on");
  }

  box.addEventListener("input", () => {
    const words = wordsOf(box.value);
    if (cards.length > 0) filterCards(words);
    else showList(words);
  });
  box.addEventListener("keydown", (event) => {
    const links = [...list.querySelectorAll("a")];
    const at = links.findIndex((link) => link.classList.contains("on"));
    if (event.key === "Enter") {
      const target = links[at]?.href ?? cards.find((card) => !card.hidden)?.href;
      if (target && box.value.trim() !== "") location.href = target;
    } else if (event.key === "Escape") {
      box.value = "";
      box.dispatchEvent(new Event("input"));
      box.blur();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && links.length > 0) {
      event.preventDefault();
      links[at]?.classList.remove("on");
      const step = event.key === "ArrowDown" ? 1 : links.length - 1;
      links[(at + step) % links.length].classList.add("on");
    }
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".search")) list.hidden = true;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) return;
    event.preventDefault();
    box.focus();
  });

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
})();
