// on(kind, handler): on the document, as app.js says.
export const on = document.addEventListener.bind(document);
