// Shows whether a new password will do while a visitor types. The browser only counts characters. The server judges the
// rest by the rule that decides at the end, as soon as the visitor pauses, because only the server has the lists.
import { useEffect, useRef } from "react";

const PAUSE_MS = 700; // A screen reader reads the words after this pause in typing, not at each key.
const ASK_MS = 1000; // The server judges at most this often.
const SHORT = 1, UNKNOWN = 2, REFUSED = 1, FINE = 4; // Levels of the meter, of 4.

// Counts as the server does: code points after NFC.
const count = (typed, longest) =>
  typed.length > 2 * longest ? Infinity : [...typed.normalize("NFC")].length;

// The page replaces the field after each answer. So the script listens on the document, and watches for a new field.
const watch = (box, { field, shortest, longest, words }, judge) => {
  const [shown, said] = box.children;
  const [meter, text] = shown.children;
  // No number comes twice, because the page may still have the verdict of an earlier visit.
  let [speaking, asking, number] = [0, 0, Date.now()];
  let known = null;
  const show = (sentence, level) => {
    shown.classList.toggle("blank", !sentence);
    meter.value = level;
    text.textContent = sentence;
    clearTimeout(speaking);
    if (!sentence) said.textContent = "";
    else speaking = setTimeout(() => (said.textContent = sentence), PAUSE_MS);
  };
  const tell = () => {
    known = document.getElementById(field);
    const typed = known ? known.value : "";
    const length = count(typed, longest);
    const missing = shortest - length;
    clearTimeout(asking);
    number += 1;
    if (!typed) return show("", 0);
    if (length > longest) return show(words.long, SHORT);
    if (missing > 0) return show(missing === 1 ? words.one : words.more.replace("{count}", missing), SHORT);
    show(words.enough, UNKNOWN);
    asking = setTimeout(() => judge(typed, number), ASK_MS);
  };
  // The old refusal is not about the new text.
  const refusal = () => document.getElementById(`${field}-problem`);
  const onInput = (event) => {
    if (event.target.id !== field) return;
    if (refusal()) refusal().hidden = true;
    tell();
  };
  const onSubmit = () => refusal() && (refusal().hidden = false);
  const watcher = new MutationObserver(() => document.getElementById(field) !== known && tell());
  document.addEventListener("input", onInput);
  document.addEventListener("submit", onSubmit, true);
  watcher.observe(document.body, { childList: true, subtree: true });
  tell();
  return {
    answer: (judged, verdict, isFine) => judged === number && show(verdict, isFine ? FINE : REFUSED),
    stop: () => {
      [speaking, asking].forEach(clearTimeout);
      watcher.disconnect();
      document.removeEventListener("input", onInput);
      document.removeEventListener("submit", onSubmit, true);
    },
  };
};

// The script writes into these elements. React never changes them after creating them.
export function StrengthMeter({ judged, verdict, isFine, onJudge, ...rest }) {
  const box = useRef(null);
  const watched = useRef(null);
  const judge = useRef(onJudge);
  judge.current = onJudge;
  useEffect(() => {
    watched.current = watch(box.current, rest, (typed, number) => judge.current(typed, number));
    return watched.current.stop;
  }, []);
  useEffect(() => void watched.current.answer(judged, verdict, isFine), [judged]);
  return (
    <div id={`${rest.field}-strength`} ref={box}>
      <div className="strength blank" aria-hidden="true">
        <meter min={0} low={2} high={3} optimum={4} max={4} value={0} />
        <p />
      </div>
      <p role="status" className="unseen" />
    </div>
  );
}
