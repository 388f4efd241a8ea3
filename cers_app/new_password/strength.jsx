// Shows how strong a new password looks while a visitor types. The check stays in the browser. The server decides.
import { useEffect, useRef } from "react";

const PAUSE_MS = 700; // A screen reader reads the words after this pause in typing, not at each key.
const LEVELS = { one: 1, more: 1, long: 1, few: 2, repeated: 2, rows: 2, good: 3, strong: 4 }; // Of 4.
const ROWS = ["abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"];

const areNeighbors = (a, b) => a === b || ROWS.some((row) => row.includes(a + b) || row.includes(b + a));

// Picks the key of the words from the text alone. It looks at four things: the length in code points after NFC, as the
// server counts; few different characters; a part that repeats; neighbors in the alphabet or on the keyboard.
const judge = (typed, shortest, longest, estimated) => {
  if (typed.length > 2 * longest) return ["long", 0];
  const all = [...typed.normalize("NFC")];
  if (all.length > longest) return ["long", 0];
  if (all.length < shortest) return [shortest - all.length === 1 ? "one" : "more", shortest - all.length];
  const seen = [...all.join("").toLowerCase()].slice(0, estimated);
  const different = new Set(seen).size;
  if (different < 5) return ["few", 0];
  for (let far = 1; far <= seen.length / 2; far++) {
    const back = seen.filter((one, at) => at >= far && one === seen[at - far]).length;
    if (back >= 0.8 * (seen.length - far)) return ["repeated", 0];
  }
  const steps = seen.filter((one, at) => at > 0 && areNeighbors(seen[at - 1], one)).length;
  if (steps >= 0.7 * (seen.length - 1)) return ["rows", 0];
  return [seen.length - steps >= 20 && different >= 8 ? "strong" : "good", 0];
};

// The page replaces the field after each answer. So the script listens on the document, and watches for a new field.
const watch = (box, { field, shortest, longest, estimated, words }) => {
  const [shown, said] = box.children;
  const [meter, text] = shown.children;
  let waiting = 0;
  let known = null;
  const tell = () => {
    known = document.getElementById(field);
    const typed = known ? known.value : "";
    const [key, count] = judge(typed, shortest, longest, estimated);
    const sentence = typed ? words[key].replace("{count}", count) : "";
    shown.classList.toggle("blank", !typed);
    meter.value = typed ? LEVELS[key] : 0;
    text.textContent = sentence;
    clearTimeout(waiting);
    if (!typed) said.textContent = "";
    else waiting = setTimeout(() => (said.textContent = sentence), PAUSE_MS);
  };
  const onInput = (event) => event.target.id === field && tell();
  const watcher = new MutationObserver(() => document.getElementById(field) !== known && tell());
  document.addEventListener("input", onInput);
  watcher.observe(document.body, { childList: true, subtree: true });
  tell();
  return () => {
    clearTimeout(waiting);
    watcher.disconnect();
    document.removeEventListener("input", onInput);
  };
};

// The script writes into these elements. React never changes them after creating them.
export function StrengthMeter(props) {
  const box = useRef(null);
  useEffect(() => watch(box.current, props), []);
  return (
    <div id={`${props.field}-strength`} ref={box}>
      <div className="strength blank" aria-hidden="true">
        <meter min={0} low={2} high={3} optimum={4} max={4} value={0} />
        <p />
      </div>
      <p role="status" className="unseen" />
    </div>
  );
}
