// Translators and extensions move, wrap and remove parts of the page. Without this script, React fails when it removes
// such a part or inserts another part before it (facebook/react#11538).
(({ removeChild, insertBefore }) => {
  Node.prototype.removeChild = function (part) {
    if (part.parentNode === this) return removeChild.call(this, part);
    part.remove();
    return part;
  };
  Node.prototype.insertBefore = function (part, next) {
    while (next && next.parentNode !== this) next = next.parentNode;
    return insertBefore.call(this, part, next);
  };
})(Node.prototype);
