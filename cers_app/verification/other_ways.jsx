// Two ways for people who cannot or do not want to read the picture: spoken digits, and a proof by the browser.
import { useEffect, useRef } from "react";

// Plays and stops, and keeps the focus. React never changes the text of a button that exists.
const speak = (button, source, words) => {
  let audio = null;
  const show = (playing) => (button.textContent = playing ? words.stop : words.play);
  const stop = () => {
    audio?.pause();
    audio = null;
    show(false);
  };
  const onClick = (event) => {
    event.preventDefault();
    if (audio) return stop();
    // Each request returns new digits. Earlier digits no longer count.
    audio = new Audio(`${source}?${Date.now()}`);
    audio.addEventListener("ended", stop);
    audio.addEventListener("error", () => {
      stop();
      button.textContent = words.broken;
    });
    show(true);
    audio.play().catch(() => {});
  };
  const onKey = (event) => event.key === " " && onClick(event);
  button.addEventListener("click", onClick);
  button.addEventListener("keydown", onKey);
  return () => {
    stop();
    button.removeEventListener("click", onClick);
    button.removeEventListener("keydown", onKey);
  };
};

// Until the scripts run, this is a link to the sound. Another challenge stops the sound.
export function SpokenButton({ source, words, ...rest }) {
  const own = useRef(null);
  useEffect(() => speak(own.current, source, words), [source]);
  return <a id="play-digits" role="button" href={source} target="_blank" {...rest} ref={own} />;
}

// ALTCHA's code, its style sheet and its worker come from the portal: the content policy allows no other source.
const load = async (label) => {
  if (!globalThis.isSecureContext) throw new Error("no cryptography without https");
  const [worker] = await Promise.all([import("altcha/workers/pbkdf2?worker"), import("altcha/altcha.css")]);
  await import("altcha/external");
  const { algorithms, i18n } = globalThis.$altcha;
  algorithms.set("PBKDF2/SHA-256", () => new worker.default());
  i18n.set("en", { ...i18n.get("en"), label });
};

// It starts by itself, so mostly nothing is left to wait for. Without the links to ALTCHA's site: the accessibility page
// and our documents explain the check.
const OPTIONS = JSON.stringify({ auto: "onload", hideLogo: true, hideFooter: true });

// Gives the focus to the widget's box as soon as there is one.
const focusBox = (widget) => {
  const found = () => widget.querySelector("input[type=checkbox]");
  const watcher = new MutationObserver(() => found() && (watcher.disconnect(), found().focus()));
  watcher.observe(widget, { childList: true, subtree: true });
  return () => watcher.disconnect();
};

// Other visitors do not download ALTCHA's code.
export function ProofWidget({ task, fieldName, sends, label, broken }) {
  const own = useRef(null);
  useEffect(() => {
    const [widget, problem] = own.current.children;
    const send = () => setTimeout(() => widget.closest("form")?.requestSubmit());
    if (sends) widget.addEventListener("verified", send);
    const stop = sends ? () => widget.removeEventListener("verified", send) : focusBox(widget);
    load(label).catch(() => (problem.textContent = broken));
    return stop;
  }, []);
  return (
    <div className="proof" ref={own}>
      <altcha-widget challenge={task} name={fieldName} configuration={OPTIONS} />
      <p aria-live="assertive" className="error" />
    </div>
  );
}
