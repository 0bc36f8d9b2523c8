/** Learn: what each loss is, where it comes from, when to use it. */
import { useEffect, useRef } from "preact/hooks";
import { losses as catalogue } from "../../../losses/catalogue.ts";
import { address, linkTo } from "../../state/address.ts";
import { LossPage } from "./loss-page.tsx";
import { focusCard, Overview } from "./overview.tsx";

function NoSuchLoss({ name }: { readonly name: string }) {
  return (
    <div class="learn-overview">
      <h1 tabIndex={-1}>No loss of this name</h1>
      <p>
        There is no <code>{name}</code> in the catalogue. <a href={linkTo("learn")}>All losses</a>
      </p>
    </div>
  );
}

/** Tells where one is: the title always; the focus when one came from another page of Learn. */
function useArrival(name: string): void {
  const before = useRef<string | null>(null);
  useEffect(() => {
    const title = name === "" ? "Learn" : `${catalogue[name]?.title ?? "No such loss"} - Learn`;
    document.title = `${title} - segtape studio`;
    const from = before.current;
    before.current = name;
    if (from === null) return;
    if (name === "") focusCard(from);
    else {
      scrollTo(0, 0);
      document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
    }
  }, [name]);
}

export function View() {
  const name = address.value.detail;
  useArrival(name);
  if (name === "") return <Overview />;
  return Object.hasOwn(catalogue, name) ? <LossPage loss={catalogue[name]} /> : <NoSuchLoss name={name} />;
}
