/** The frame around every view: name, navigation, executor, theme. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { address, linkTo, VIEWS, type ViewName } from "../state/address.ts";
import { switchTheme, theme } from "../state/theme.ts";
import { ExecutorMenu } from "./executor-menu.tsx";

interface Room {
  readonly title: string;
  /** What one does there. */
  readonly hint: string;
  /** Loaded when it is first visited. */
  readonly load: () => Promise<{ readonly View: ComponentType }>;
}

const ROOMS: Readonly<Record<ViewName, Room>> = {
  compare: {
    title: "Compare",
    hint: "Paint a prediction, watch values and gradients",
    load: () => import("../views/compare/view.tsx"),
  },
  descend: {
    title: "Descend",
    hint: "Gradient descent on the prediction itself",
    load: () => import("../views/descend/view.tsx"),
  },
  write: { title: "Write", hint: "A loss of your own", load: () => import("../views/write/view.tsx") },
  train: {
    title: "Train",
    hint: "A small U-Net in this page",
    load: () => import("../views/train/view.tsx"),
  },
  learn: {
    title: "Learn",
    hint: "What each loss is and when to use it",
    load: () => import("../views/learn/view.tsx"),
  },
};

function Navigation() {
  return (
    <nav aria-label="Views">
      {VIEWS.map((name) => (
        <a
          key={name}
          href={linkTo(name)}
          title={ROOMS[name].hint}
          aria-current={address.value.view === name ? "page" : undefined}
        >
          {ROOMS[name].title}
        </a>
      ))}
    </nav>
  );
}

/** The view of the address, once its code is there. */
function Room({ name }: { readonly name: ViewName }) {
  const [shown, show] = useState<{ readonly name: ViewName; readonly View: ComponentType } | null>(null);
  const [failed, fail] = useState("");
  useEffect(() => {
    document.title = `${ROOMS[name].title} - segtape studio`;
    fail("");
    let current = true;
    ROOMS[name].load().then(
      ({ View }) => current && show({ name, View }),
      (error: Error) => current && fail(error.message),
    );
    return () => {
      current = false;
    };
  }, [name]);
  if (failed !== "")
    return (
      <p class="trouble" role="alert">
        This view could not be loaded: {failed}
      </p>
    );
  if (shown?.name !== name) return <p class="loading">Loading&hellip;</p>;
  return <shown.View />;
}

export function App() {
  const { view } = address.value;
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById("main")?.focus()}>
        Skip to the view
      </button>
      <header class="top">
        <a class="brand" href={linkTo("compare")}>
          <img src="icon.svg" alt="" width="24" height="24" />
          <span>
            segtape <b>studio</b>
          </span>
        </a>
        <Navigation />
        <div class="top-tools">
          <ExecutorMenu />
          <button
            type="button"
            class="quiet"
            onClick={switchTheme}
            aria-label={`Switch to the ${theme.value === "dark" ? "light" : "dark"} theme`}
          >
            {theme.value === "dark" ? "Light" : "Dark"}
          </button>
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        <Room name={view} />
      </main>
    </>
  );
}
