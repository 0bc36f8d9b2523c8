/** The training worker: apart from the engine, so that the other views answer while a network learns. */
import { serve } from "./calls.ts";
import { pagePort } from "./ports.ts";
import { trainMethods } from "./train-methods.ts";

serve(pagePort(), trainMethods);
