// Not bundled: from here a rival is found in bench/rivals/node_modules, as its own users would import it.
export const load = (name) => import(name);
