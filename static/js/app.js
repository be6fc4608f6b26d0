// Every behaviour listens on the document and finds its elements by data attribute, so swapped-in parts work at once.
import "./behaviours/autosubmit.js";
import "./behaviours/combobox.js";
import "./behaviours/copy.js";
import "./behaviours/cursor.js";
import "./behaviours/dialog.js";
import "./behaviours/dropzone.js";
import "./behaviours/flash.js";
import "./behaviours/guard.js";
import "./behaviours/dropped.js";
import "./behaviours/photos.js";
import "./behaviours/selection.js";
import "./behaviours/sending.js";
import "./behaviours/shortcuts.js";
import "./behaviours/sum.js";
import "./behaviours/swap.js";
import "./behaviours/theme.js";
import "./behaviours/viewer.js";
