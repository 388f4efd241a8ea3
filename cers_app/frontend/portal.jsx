// The portal's own React components. `cers_app/frontend/plugin.py` puts this file among the generated ones.
import words from "virtual:portal-words";

// What stands there when a script of a page has failed: plain words, and nothing of what the script said.
export function Stopped() {
  if (typeof document !== "undefined") setTimeout(globalThis.typed.beginAgain);
  return (
    <div className="shell">
      <div className="columns">
        <main className="card" data-state="stopped">
          <h1>{words.stopped}</h1>
          <p>
            {words.before}
            <a href={`mailto:${words.support}`}>{words.support}</a>
            {words.after}
          </p>
          <a href="/sign-in/" className="button primary">
            {words.signIn}
          </a>
        </main>
      </div>
    </div>
  );
}
