// The words that reach over the edge of the window, or of what hides the rest of them, and cannot be
// scrolled to; what ends in an ellipsis says so itself.
() => {
    const found = [];
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const edge = (element) => {
        for (let around = element; around !== null; around = around.parentElement) {
            const style = getComputedStyle(around);
            if (["auto", "scroll"].includes(style.overflowX)) {
                return around.scrollWidth > around.clientWidth + 1 ? null : around.getBoundingClientRect().right;
            }
            if (["hidden", "clip"].includes(style.overflowX)) {
                const isToBeCut = style.textOverflow === "ellipsis" || around.clientWidth <= 1;
                return isToBeCut ? null : around.getBoundingClientRect().right;
            }
        }
        return window.innerWidth;
    };
    while (words.nextNode()) {
        const element = words.currentNode.parentElement;
        if (!words.currentNode.data.trim() || !element.checkVisibility()) { continue; }
        const line = document.createRange();
        line.selectNodeContents(words.currentNode);
        const right = Math.max(0, ...[...line.getClientRects()].map((part) => part.right));
        const most = edge(element);
        if (most !== null && right > most + 1) { found.push(words.currentNode.data.trim()); }
    }
    return found;
}
