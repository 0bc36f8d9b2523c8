// The search box. `site.ts` adds what sorts tables. Every page reads well without this file.
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
})();
