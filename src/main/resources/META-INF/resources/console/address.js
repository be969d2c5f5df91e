// What the address says: the page, and what is searched or filtered on it.

/** The address: #/test/spx?q=… */
export function address() {
  const [path, query] = location.hash.replace(/^#/, '').split('?');
  return {path: path || '/', query: new URLSearchParams(query || '')};
}

export function setQuery(name, value) {
  const {path, query} = address();
  value ? query.set(name, value) : query.delete(name);
  const text = query.toString();
  history.replaceState(null, '', '#' + path + (text ? '?' + text : ''));
}
