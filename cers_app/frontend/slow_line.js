// On a slow line, requests the largest script while the page itself still arrives. `after_paint.js` requests the others
// and runs them all. On a fast line this script could arrive before the first paint and delay it.
// React expects the head as the build wrote it, so this element removes itself.
if (performance.now() > 400) {
  const link = { rel: "modulepreload", fetchPriority: "low", href: "SHARED" };
  document.head.append(Object.assign(document.createElement("link"), link));
}
document.currentScript.remove();
