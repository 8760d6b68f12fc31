"""Can it be read? The contrast of what our widgets write, as the browser shows it.

WCAG 2.2, 1.4.3 (AA): text wants 4.5 to 1, large text 3 to 1; 1.4.11: a line that means
something wants 3 to 1.
"""

from playwright.async_api import Page

# Python source is left out: its colours are those of JupyterLab's own theme.
FAINT = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const numbers = colour => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (front, back) =>
    [0, 1, 2].map(i => front[i] * front[3] + back[i] * (1 - front[3])).concat(1);
  const behind = element => {
    if (!element) return [255, 255, 255, 1];
    const own = numbers(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own : over(own, behind(element.parentElement));
  };
  const light = ([r, g, b]) => [r, g, b]
    .map(x => x / 255)
    .map(x => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4)
    .reduce((sum, x, i) => sum + x * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = (front, element) => {
    const back = behind(element), [a, b] = [light(over(numbers(front), back)), light(back)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  const found = [];
  const note = (what, ratio, wanted) => {
    if (ratio < wanted) found.push(`${what}: ${ratio.toFixed(2)} to 1, wanted ${wanted}`);
  };
  for (const element of document.querySelectorAll('.jp-OutputArea .jupyter-widgets, '
       + '.jp-OutputArea .jupyter-widgets *')) {
    const style = getComputedStyle(element);
    const text = [...element.childNodes]
      .filter(node => node.nodeType === Node.TEXT_NODE).map(node => node.data.trim()).join(' ');
    if (text.trim() && element.getClientRects().length && !element.closest('pre, style')) {
      const size = parseFloat(style.fontSize), bold = style.fontWeight >= 700;
      const large = size >= 24 || bold && size >= 18.66;
      note(`"${text.trim().slice(0, 60)}"`, contrast(style.color, element), large ? 3 : 4.5);
    }
    if (parseFloat(style.borderLeftWidth) >= 3)
      note(`the bar of "${element.innerText.slice(0, 30)}"`,
        contrast(style.borderLeftColor, element.parentElement), 3);
  }
  return [...new Set(found)];
}"""


async def too_faint(page: Page) -> list[str]:
    """List what our widgets write or draw with too little contrast, each with its ratio."""
    return await page.evaluate(FAINT)
