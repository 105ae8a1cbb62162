// What a person would meet on the page as it is drawn now: texts with their colours, targets, pictures, headings.
() => {
  const box = (node) => {
    const found = node.getBoundingClientRect();
    return { left: found.left, right: found.right, top: found.top, bottom: found.bottom, width: found.width, height: found.height };
  };
  const seen = (node) => node.checkVisibility({ contentVisibilityAuto: true, opacityProperty: true, visibilityProperty: true });
  const behind = (node) => {
    for (let around = node; around; around = around.parentElement) {
      const colour = getComputedStyle(around).backgroundColor;
      if (!/, 0\)$|transparent/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  // Kept for those who listen, and taken off the screen: the skip link until it has the focus, heads of folded tables.
  const aside = (node) => node.closest(".skip, thead") && node.getBoundingClientRect().right < 0;
  const named = (node) => (node.getAttribute("aria-labelledby") || "").split(" ").map((id) => document.getElementById(id)?.textContent.trim() || "");
  const all = (selector) => [...document.querySelectorAll(selector)].filter(seen);

  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const holder = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || holder.closest("script, style, title, desc") || !seen(holder) || aside(holder)) continue;
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const style = getComputedStyle(holder);
    const drawn = holder instanceof SVGElement;
    texts.push({
      text: walker.currentNode.data.trim(), colour: drawn ? style.fill : style.color, behind: behind(holder),
      size: parseFloat(style.fontSize), weight: +style.fontWeight, lang: holder.closest("[lang]").lang, box: box(range),
      room: box(holder.closest("article, li, header, nav, .switch, section, footer")), tick: holder.matches("text.tick") && holder.closest("svg").dataset.plot,
    });
  }
  const shapes = all("svg circle, svg rect, svg line:not(.grid)").map((node) => {
    const style = getComputedStyle(node);
    return { what: node.getAttribute("class"), colours: node.matches("line") ? [style.stroke] : [style.stroke, style.fill], behind: behind(node) };
  });
  const plots = all("svg").map((node) => ({
    name: node.dataset.plot, lang: node.closest("[lang]").lang, role: node.getAttribute("role"), names: named(node), box: box(node),
    table: !!node.closest("figure").querySelector("details table"), ticks: [...node.querySelectorAll(".tick")].map((tick) => tick.textContent),
    rows: Object.fromEntries(["dot", "end", "range", "whole", "done", "none"].map((kind) => [kind, [...node.querySelectorAll(`.${kind}`)].map(box)])),
  }));
  return {
    paper: matchMedia("print").matches, width: innerWidth, scroll: document.documentElement.scrollWidth, language: document.documentElement.lang, title: document.title,
    texts, shapes, plots,
    targets: all("a[href], summary, label").filter((node) => !node.matches(".skip")).map((node) => ({ text: node.textContent.trim(), box: box(node) })),
    headings: all("h1, h2, h3, h4, h5, h6").map((node) => [+node.tagName[1], node.textContent.trim()]),
    trees: all(".tree").map((node) => node.lang),
    chinese: all("#en *").filter((node) => /[\u4e00-\u9fff]/.test([...node.childNodes].filter((child) => child.nodeType === 3).map((child) => child.data).join("")))
      .map((node) => node.closest("[lang]").lang),
    sections: Object.fromEntries(all("section").map((node) => [node.id.split("-")[0], [node.textContent, [...node.querySelectorAll(":scope > .pair > article")].map((each) => each.textContent)]])),
  };
}
