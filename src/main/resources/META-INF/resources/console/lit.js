// The one place that names the version of lit-html; the build brings it (pom.xml).
export {html, svg, render, nothing} from '/_static/lit-html/3.3.1/lit-html.js';
