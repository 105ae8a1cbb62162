// The choice itself is CSS and works without this; here the document only says which language it is in now.
for (const choice of document.querySelectorAll("input[name=language]")) {
  choice.addEventListener("change", () => {
    document.documentElement.lang = choice.value;
    document.title = choice.dataset.title;
  });
}
