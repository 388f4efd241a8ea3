// The portal's own React components. `plugin.py` puts this file among the generated ones.
import { useEffect, useRef, useState } from "react";
import { addEvents } from "$/utils/context";
import words from "virtual:portal-words";

const QUICK_MS = 500; // An answer within this time needs no "Sending…".
// After this time without an answer over the socket, the browser submits a form natively. It is longer than a database
// may be locked, so a person reads about a lock in the page, which keeps the typed text.
const PATIENCE_MS = 12000;

// `addEvents` returns undefined for temporal events, even for none, while the socket is down.
const isConnected = () => Boolean(addEvents([], [], { temporal: true }));

// Calls `act` when `watched` changes while the page is live. Earlier values do not count.
const useChange = (watched, isLive, act) => {
  const kept = useRef(null);
  useEffect(() => {
    if (!isLive) return;
    if (kept.current !== null && kept.current !== watched) act(kept.current);
    kept.current = watched;
  }, [watched, isLive]);
};

// The framework's `onSubmit` gathers the fields, which only Python knows, and sends the event. A press between the
// connection and the State's first answer waits for that answer: the State's `load` would clear the words of a refusal.
export function ProgressiveForm({ answered, sending, isLive, onSubmit, children, ...rest }) {
  const form = useRef(null);
  const told = useRef(null);
  const isWaiting = useRef(false);
  const stop = useRef(() => {});
  useEffect(() => () => stop.current(), [answered]);
  useEffect(() => {
    if (isLive && isWaiting.current) form.current.requestSubmit();
  }, [isLive]);
  const submit = (event) => {
    if (!isConnected()) return;
    isWaiting.current = !isLive;
    if (isLive) onSubmit(event);
    else event.preventDefault();
    stop.current();
    const slow = setTimeout(() => (told.current.textContent = sending), QUICK_MS);
    const late = setTimeout(() => form.current.submit(), PATIENCE_MS);
    const failed = setInterval(() => document.querySelector("[data-state=trouble]") && stop.current(), QUICK_MS);
    stop.current = () => {
      [slow, late, failed].forEach(clearTimeout);
      if (told.current) told.current.textContent = "";
    };
  };
  return (
    <form {...rest} ref={form} onSubmit={submit}>
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

// Shows and hides the password in a box. Each answer hides the password, and so does sending the form, because browsers
// keep what a text field sends. Until the scripts run, the button could do nothing, so there is none.
export function RevealButton({ box, watched, words }) {
  const [isShown, setShown] = useState(null);
  useEffect(() => setShown(false), [watched]);
  useEffect(() => {
    const input = document.getElementById(box);
    const { form } = input;
    const hide = () => {
      input.type = "password";
      setShown(false);
    };
    input.type = isShown ? "text" : "password";
    form.addEventListener("submit", hide, true);
    addEventListener("pagehide", hide);
    return () => {
      form.removeEventListener("submit", hide, true);
      removeEventListener("pagehide", hide);
    };
  }, [isShown]);
  if (isShown === null) return null;
  const now = isShown ? ["hide", "hidePassword", "visible"] : ["show", "showPassword"];
  const [label, name, told = ""] = now.map((word) => words[word]);
  const toggle = () => setShown(!isShown);
  return [
    <button key="button" type="button" className="quiet small" aria-controls={box} aria-label={name} onClick={toggle}>
      <span key={label}>{label}</span>
    </button>,
    <span key="told" role="status" className="unseen">
      <span key={told}>{told}</span>
    </span>,
  ];
}

// The address no longer leads to these words, so they stay away when the visitor reloads the page.
export function UntilAnswered({ watched, isLive, ...rest }) {
  const [isGone, setGone] = useState(false);
  useChange(watched, isLive, () => {
    setGone(true);
    history.replaceState(history.state, "", location.pathname + location.search);
  });
  return <div {...rest} hidden={isGone} />;
}

export function ErrorSummary({ hasProblems, answered, isLive, ...rest }) {
  const summary = useRef(null);
  const seen = useRef(0);
  // Until the page is live, the problems come from an earlier visit.
  useEffect(() => {
    if (isLive && hasProblems && seen.current !== answered) summary.current.focus();
    seen.current = answered;
  }, [answered, isLive]);
  return <div id="problems" role="alert" tabIndex={-1} {...rest} ref={summary} />;
}

// Calls `tick` with the seconds left, from the moment when the page gets `seconds`: the visitor's clock may be wrong. A
// sleeping computer stops timers, so each tick looks at the clock.
const useTimeLeft = (until, seconds, tick) =>
  useEffect(() => {
    const end = Date.now() + seconds * 1000;
    const each = () => {
      const left = Math.max(0, (end - Date.now()) / 1000);
      if (left === 0) clearInterval(timer);
      tick(left);
    };
    const timer = setInterval(each, 500);
    each();
    return () => clearInterval(timer);
  }, [until, seconds]);

export function Countdown({ until, seconds, now, ...rest }) {
  const line = useRef(null);
  useTimeLeft(until, seconds, (left) => {
    const full = Math.ceil(left);
    const shown = `${Math.floor(full / 60)}:${String(full % 60).padStart(2, "0")}`;
    line.current.textContent = full ? `${until} (in ${shown})` : now;
  });
  return <p {...rest} ref={line} />; // Only the tick writes into this element.
}

// A warning that appears shortly before the end. At the end the page loads again, so nothing of it stays on the screen.
export function EndsSoon({ until, seconds, before, then, children, ...rest }) {
  const [isSoon, setSoon] = useState(false);
  useTimeLeft(until, seconds, (left) => {
    setSoon(left <= before);
    if (left > 0) return;
    if (then) location.replace(then);
    else location.reload();
  });
  return (
    <div {...rest} hidden={!isSoon}>
      {isSoon && children}
    </div>
  );
}

// Replaces a page whose script failed. It shows plain words instead of the script's message.
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
          <a href={words.signInAt} className="button primary">
            {words.signIn}
          </a>
        </main>
      </div>
    </div>
  );
}
