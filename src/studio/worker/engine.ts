/** The engine's worker: the page stays responsive whatever is being computed. */
import { serve } from "./calls.ts";
import { engineMethods } from "./engine-methods.ts";
import { pagePort } from "./ports.ts";

serve(pagePort(), engineMethods);
