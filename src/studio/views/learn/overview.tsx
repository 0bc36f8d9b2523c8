/** All losses by family, and a field to find one. */
import { useEffect, useState } from "preact/hooks";
import type { Loss } from "../../../losses/shared/define-loss.ts";
import { address, linkTo, remember } from "../../state/address.ts";
import { FAMILIES, lossesOf } from "../../widgets/families.ts";
import type { SearchWords } from "./lesson.ts";
import { searchWords } from "./library.ts";
import { isFound } from "./search.ts";

/** What papers and libraries call a loss comes a moment later; names and summaries are found at once. */
function useWords(): { readonly words: SearchWords; readonly trouble: string } {
  const [words, setWords] = useState<SearchWords>({});
  const [trouble, setTrouble] = useState("");
  useEffect(() => {
    searchWords().then(setWords, (error: Error) => setTrouble(error.message));
  }, []);
  return { words, trouble };
}

const cardId = (name: string) => `card-${name}`;

/** The card of a loss that was visited: the reader goes on from there. */
export function focusCard(name: string): void {
  document.getElementById(cardId(name))?.focus();
}

function Card({ loss }: { readonly loss: Loss }) {
  return (
    <a class="loss-link" id={cardId(loss.name)} href={linkTo("learn", loss.name)}>
      <b>{loss.title}</b>
      <span>{loss.summary}</span>
    </a>
  );
}

function jumpTo(family: string): void {
  const heading = document.getElementById(`family-${family}`);
  heading?.scrollIntoView({ block: "start" });
  heading?.focus({ preventScroll: true });
}

export function Overview() {
  const { words, trouble } = useWords();
  const asked = address.value.parameters.get("find") ?? "";
  const groups = FAMILIES.map((family) => ({
    ...family,
    losses: lossesOf(family.family).filter((loss) => isFound(loss, asked, words)),
  })).filter(({ losses }) => losses.length > 0);
  const total = FAMILIES.reduce((sum, { family }) => sum + lossesOf(family).length, 0);
  const found = groups.reduce((sum, { losses }) => sum + losses.length, 0);
  return (
    <div class="learn-overview">
      <header class="learn-head">
        <h1>{total} losses, and when to use which</h1>
        <p class="soft">
          Each has its formula, where it comes from, what to mind, and its options. Try any of them on a
          picture.
        </p>
        <search class="finder">
          <label for="find-loss">Find a loss</label>
          <input
            id="find-loss"
            type="search"
            autocomplete="off"
            spellcheck={false}
            placeholder="dice, tiny objects, Lovász, DiceCELoss"
            value={asked}
            onInput={(event) => remember({ find: event.currentTarget.value || null })}
          />
          <output for="find-loss">
            {asked.trim() === "" ? "" : `${found} of ${total} ${found === 1 ? "fits" : "fit"}`}
          </output>
        </search>
        <div class="jumps">
          {groups.map(({ family, title, losses }) => (
            <button key={family} type="button" onClick={() => jumpTo(family)}>
              {title} <span class="soft">{losses.length}</span>
            </button>
          ))}
        </div>
      </header>
      {trouble === "" ? null : (
        <p class="trouble" role="alert">
          Only titles and summaries are searched: what others call a loss could not be loaded ({trouble}).
        </p>
      )}
      {found === 0 ? <p class="soft">No loss has all of these words.</p> : null}
      {groups.map(({ family, title, about, losses }) => (
        <section key={family} aria-labelledby={`family-${family}`}>
          <h2 id={`family-${family}`} tabIndex={-1}>
            {title}
          </h2>
          <p class="soft">{about}</p>
          <div class="loss-links">
            {losses.map((loss) => (
              <Card key={loss.name} loss={loss} />
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}
