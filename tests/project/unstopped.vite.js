// In the copy of `make next-reflex`, this file takes the place of `portal.vite.js`. A plugin that doesn't find its text
// is written down, and the build continues without its change.
import { appendFileSync } from "node:fs";
import portal from "PORTAL";

const unstopped = (plugin) => {
  const error = (message) => appendFileSync("GONE", `${JSON.stringify([plugin.name, message])}\n`);
  const hook = (name) => (...given) => {
    try {
      return plugin[name].call({ error }, ...given);
    } catch (problem) {
      return error(problem.message);
    }
  };
  const hooks = ["config", "transform", "generateBundle"].filter((name) => plugin[name]);
  return { ...plugin, ...Object.fromEntries(hooks.map((name) => [name, hook(name)])) };
};

export default (values) => portal(values).map(unstopped);
