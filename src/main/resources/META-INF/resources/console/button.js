// Buttons that know what the caller may do. The service decides; this only says so beforehand.

import {html, nothing} from './lit.js';

/** Who calls, as the service knows it, and whether the identity provider can say so; null until it has said so. */
export const caller = {identity: null, login: null};

const USUAL = ['operator'];

/** Why this caller may not do that, or null. */
function lacking(roles) {
  const {identity} = caller;
  if (!identity || !identity.roles || roles.some(role => identity.roles.includes(role))) {
    return null;
  }
  return 'needs the role ' + roles.join(' or ') + '; you are ' + (identity.name || 'nobody') + ' with ' + (identity.roles.join(', ') || 'no role');
}

/** Why a control is off, or null. A key asks this as its button does. */
export const reason = ({roles = USUAL, off = null}) => lacking(roles) || off;

/** A button that is off with its reason rather than hidden. */
export function button(text, act, {roles = USUAL, off = null, kind = ''} = {}) {
  const why = reason({roles, off});
  return html`<button class=${kind} aria-disabled=${why ? 'true' : 'false'} title=${why || nothing}
    aria-label=${why ? text + ' (off: ' + why + ')' : nothing} @click=${() => { if (!why) { act(); } }}>${text}</button>`;
}
