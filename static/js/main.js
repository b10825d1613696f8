// The one entry point: each behaviour finds its elements by data-*.
import "./autosize.js";
import "./chips.js";
import "./confirm.js";
import "./copy.js";
import "./dialogs.js";
import "./draft.js";
import "./filter.js";
import "./menus.js";
import "./preview.js";
import "./rail.js";
import "./search.js";
import "./send.js";
import "./shortcuts.js";
import "./tabs.js";
import "./theme.js";
import "./ticks.js";
import "./toasts.js";
