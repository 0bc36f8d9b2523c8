/** The worker in which written losses run. The page's port arrives with the first message. */
import { serve } from "../worker/calls.ts";
import { sandboxMethods } from "./methods.ts";
import { channelPort } from "./ports.ts";

addEventListener(
  "message",
  ({ ports: [port] }) => {
    serve(channelPort(port), sandboxMethods);
  },
  { once: true },
);
