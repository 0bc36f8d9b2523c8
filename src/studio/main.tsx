/** The studio's entry point. */
import { render } from "preact";
import { App } from "./app/app.tsx";
import { unpackPicture } from "./state/picture.ts";
import { startTheme } from "./state/theme.ts";

startTheme();
void unpackPicture();
const root = document.getElementById("app") as HTMLElement;
root.replaceChildren();
render(<App />, root);
