// Buttons that know what the caller may do. The service decides; this only says so beforehand.

import {html, nothing} from './lit.js';

/** Who calls, as the service knows it, and whether the identity provider can say so; null until it has said so. */
export const caller = {identity: null, login: null};

/** Why this caller may not do that, or null. */
function lacking(...roles) {
  const {identity} = caller;
  if (!identity || !identity.roles || roles.some(role => identity.roles.includes(role))) {
    return null;
  }
  return 'needs the role ' + roles.join(' or ') + '; you are ' + (identity.name || 'nobody') + ' with ' + (identity.roles.join(', ') || 'no role');
}

/** A button that is off with its reason rather than hidden. */
export function button(text, act, {roles = ['operator'], off = null, kind = ''} = {}) {
  const why = lacking(...roles) || off;
  return html`<button class=${kind} aria-disabled=${why ? 'true' : 'false'} title=${why || nothing}
    aria-label=${why ? text + ' (off: ' + why + ')' : nothing} @click=${() => { if (!why) { act(); } }}>${text}</button>`;
}
