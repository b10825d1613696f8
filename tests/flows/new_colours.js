// Marks the elements whose letters axe has to look at, given the looks (hashes) that it has seen
// MOST times; answers the hashes of what was marked. A look is all that decides on a contrast:
// colour, size and weight, and the ground of every element around it.
(counts) => {
    const MOST = 3;
    const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
    const seen = new Map(counts);
    const grounds = new Map();
    const ground = (element) => {
        if (element === null) { return ""; }
        if (!grounds.has(element)) {
            const style = getComputedStyle(element);
            // What is out of the flow may stand over something else.
            const place = style.position === "static" ? "" : style.position + element.className;
            const own = [
                style.backgroundColor, style.backgroundImage, style.opacity, style.filter,
                style.visibility, place,
            ];
            grounds.set(element, `${ground(element.parentElement)}|${own.join()}`);
        }
        return grounds.get(element);
    };
    const isOff = (element) =>
        element.closest(":disabled, [aria-disabled=true]") !== null
        || Boolean(element.closest("label")?.control?.disabled);
    const hash = (text) => {
        let number = 5381;
        for (const letter of text) { number = (number * 33 + letter.codePointAt(0)) % 4294967291; }
        return number;
    };
    const written = new Set(document.querySelectorAll("input, select, textarea"));
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        if (texts.currentNode.data.trim()) { written.add(texts.currentNode.parentElement); }
    }
    const marked = [];
    for (const element of written) {
        element.removeAttribute("data-new-colours");
        if (!element.checkVisibility()) { continue; }
        const style = getComputedStyle(element);
        const look = hash([
            isDark, isOff(element), style.color, style.fontSize, style.fontWeight,
            style.textShadow, ground(element),
        ].join());
        if ((seen.get(look) ?? 0) < MOST) {
            seen.set(look, (seen.get(look) ?? 0) + 1);
            element.setAttribute("data-new-colours", "");
            marked.push(look);
        }
    }
    return marked;
}
