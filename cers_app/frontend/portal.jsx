// The portal's own React components. `plugin.py` puts this file among the generated ones.
import { useEffect, useRef, useState } from "react";
import { addEvents } from "$/utils/context";
import words from "virtual:portal-words";

const QUICK_MS = 500; // What is answered within this time needs no word in between.
// How long a form waits for an answer over the socket before the browser submits it natively: longer than a database
// may be locked, so that somebody reads of that in the page, where what was typed stays.
const PATIENCE_MS = 12000;

// Nothing, sent as a temporal event, gives undefined while the socket is down.
const isConnected = () => Boolean(addEvents([], [], { temporal: true }));

// Acts when `watched` becomes another one, once the page has begun: older values do not count.
const useChange = (watched, isLive, act) => {
  const kept = useRef(null);
  useEffect(() => {
    if (!isLive) return;
    if (kept.current !== null && kept.current !== watched) act(kept.current);
    kept.current = watched;
  }, [watched, isLive]);
};

// `onSubmit` is the framework's hook of a form: it gathers the fields, of which only Python knows, and sends the event.
export function ProgressiveForm({ answered, sending, onSubmit, children, ...rest }) {
  const told = useRef(null);
  const stop = useRef(() => {});
  useEffect(() => () => stop.current(), [answered]);
  const submit = (event) => {
    if (!isConnected()) return;
    onSubmit(event);
    stop.current();
    const form = event.target;
    const slow = setTimeout(() => (told.current.textContent = sending), QUICK_MS);
    const late = setTimeout(() => form.submit(), PATIENCE_MS);
    const failed = setInterval(() => document.querySelector("[data-state=trouble]") && stop.current(), QUICK_MS);
    stop.current = () => {
      [slow, late, failed].forEach(clearTimeout);
      if (told.current) told.current.textContent = "";
    };
  };
  return (
    <form {...rest} onSubmit={submit}>
      {children}
      <p ref={told} role="status" className="sending" />
    </form>
  );
}

export function ProgressiveButton({ onClick, ...rest }) {
  const press = (event) => {
    if (!isConnected()) return;
    event.preventDefault();
    onClick(event);
  };
  return <button {...rest} onClick={press} />;
}

export function SelfSubmittingForm(props) {
  const form = useRef(null);
  useEffect(() => form.current.submit(), []);
  return <form id="hand-off" {...props} ref={form} />;
}

export function PageHeading(props) {
  const heading = useRef(null);
  useEffect(() => {
    if (globalThis.visited) heading.current.focus();
    globalThis.visited = true;
  }, []);
  return <h1 id="heading" tabIndex={-1} {...props} ref={heading} />;
}

export function FieldHolder(props) {
  const holder = useRef(null);
  useEffect(() => globalThis.typed.restore(holder.current.querySelector("input")), []);
  return <div {...props} ref={holder} />;
}

export function EmptiedField({ watched, isLive, ...rest }) {
  const holder = useRef(null);
  useChange(watched, isLive, (former) => {
    const box = holder.current.querySelector("input");
    if (former === "" || !box.value) return;
    box.value = "";
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });
  return <div {...rest} ref={holder} />;
}

export function UntilAnswered({ watched, isLive, ...rest }) {
  const [isGone, setGone] = useState(false);
  useChange(watched, isLive, () => setGone(true));
  return <div {...rest} hidden={isGone} />;
}

export function ErrorSummary({ hasProblems, answered, isLive, ...rest }) {
  const summary = useRef(null);
  const seen = useRef(0);
  // What is there until the page has begun anew comes from an earlier visit.
  useEffect(() => {
    if (isLive && hasProblems && seen.current !== answered) summary.current.focus();
    seen.current = answered;
  }, [answered, isLive]);
  return <div id="problems" role="alert" tabIndex={-1} {...rest} ref={summary} />;
}

// It counts from the moment the page hears how long there is to wait: the visitor's own clock may be wrong.
export function Countdown({ until, seconds, now, ...rest }) {
  const line = useRef(null);
  useEffect(() => {
    const end = Date.now() + seconds * 1000;
    const tick = () => {
      const left = Math.ceil((end - Date.now()) / 1000);
      const shown = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      line.current.textContent = left > 0 ? `${until} (in ${shown})` : now;
      if (left <= 0) clearInterval(timer);
    };
    const timer = setInterval(tick, 500);
    tick();
    return () => clearInterval(timer);
  }, [until, seconds]);
  return <p {...rest} ref={line} />; // The script alone writes into it.
}

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
