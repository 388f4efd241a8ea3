// Says on an open page what is broken in the sources, and where. Only hot reload loads this script.
const told = document.createElement("aside");
told.id = "broken";
told.setAttribute("role", "alert");
told.innerHTML = `<style>
  #broken { position: fixed; inset: auto 0 0; z-index: 9; padding: 1rem; border-top: 4px solid #b00020;
    background: #fff; color: #1b2733; font: 1rem/1.5 system-ui; }
  #broken pre { margin: 0; font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; }
  html:has(#broken) [data-state="no-connection"] { display: none; }
</style><pre></pre><button type="button">Hide</button>`;
told.querySelector("button").onclick = () => told.remove();

import.meta.hot.on("portal:told", (words) => {
  told.querySelector("pre").textContent = words;
  // Outside the body, which React owns.
  if (words) document.documentElement.append(told);
  else told.remove();
});
import.meta.hot.send("portal:told");
