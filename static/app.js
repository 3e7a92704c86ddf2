// What makes pages quicker for who has scripts: keys, and forms that change the page in place. Each key presses what is on
// the page, and each form works without; nothing is kept in the browser.

const root = document.documentElement
const one = (selector, within = document) => within.querySelector(selector)
const all = (selector, within = document) => [...within.querySelectorAll(selector)]
const link = row => one('.subj a', row)
const box = row => one('.pick input', row)
const current = () => document.activeElement?.closest('.row')
const checked = () => all('.row').filter(row => box(row)?.checked)

// Forms that lead back to this page change it in place.

const say = text => {
  const live = one('#live')
  live.textContent = ''
  requestAnimationFrame(() => { live.textContent = text })
}

const staysHere = form => location.pathname.endsWith(new URL(form.back?.value || '/nowhere', location).pathname)

let plainly = false // what went wrong is the browser's to say
addEventListener('submit', event => {
  const { target: form, submitter } = event
  if (plainly || form.closest('dialog') || form.method !== 'post' || !staysHere(form) || submitter?.value === 'label') return
  event.preventDefault()
  if (!root.dataset.busy) send(form, submitter)
})

async function send(form, submitter) {
  const rows = all('.row')
  const at = rows.indexOf(submitter?.closest('.row') || checked()[0] || current())
  const wanted = [...rows.slice(at), ...rows.slice(0, Math.max(at, 0)).reverse()].map(row => row.id)
  const again = anew(submitter)
  root.dataset.busy = ''
  one('main').setAttribute('aria-busy', 'true')
  const to = submitter?.getAttribute('formaction') || form.getAttribute('action')
  const answer = await fetch(to, { method: 'POST', body: new URLSearchParams(new FormData(form, submitter)) }).catch(() => null)
  delete root.dataset.busy
  if (!answer?.ok) {
    plainly = true
    return form.requestSubmit(submitter)
  }
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  if (!one('#live', page)) return location.assign(answer.url) // signed out meanwhile
  show(page, answer.url)
  focus(again && one(again), wanted)
}

// How a button is found on the next page: a star by what it is for, one of a menu by what opens that.
const anew = button => {
  const action = button?.getAttribute('formaction'), menu = button?.closest('[popover]')?.id
  return action ? `[formaction=${JSON.stringify(action)}]` : menu ? `[popovertarget=${JSON.stringify(menu)}]` : ''
}

function show(page, address) {
  const at = scrollY
  for (const part of ['main', '.side', '#still']) one(part)?.replaceWith(one(part, page) ?? '')
  const { attributes } = page.documentElement // how the page looks
  for (const { name } of [...root.attributes]) if (!attributes[name]) root.removeAttribute(name)
  for (const { name, value } of attributes) root.setAttribute(name, value)
  document.title = page.title
  const url = new URL(address)
  url.searchParams.delete('did')
  history.replaceState(null, '', url)
  scrollTo(0, at)
  toast()
  ask()
  tally()
}

// On a computer that others use a page asks whether somebody is there, shortly before it leads away.
let asking
function ask() {
  clearTimeout(asking)
  const still = one('#still')
  if (still) asking = setTimeout(() => still.showModal(), still.dataset.after * 1000)
}
ask()

// The same button, or the place of what was acted on: it itself, else the next that is left, else what says that nothing is.
function focus(button, wanted) {
  const row = wanted.map(id => id && document.getElementById(id)).find(Boolean)
  const to = button || (row && link(row)) || one('.empty h2') || one('h1')
  if (!button && !row) to?.setAttribute('tabindex', '-1')
  to?.focus({ preventScroll: !!row })
  row?.scrollIntoView({ block: 'nearest' })
}

let hiding
function toast() {
  const banner = one('.banner')
  clearTimeout(hiding)
  if (!banner) return
  say(one('p', banner).textContent)
  banner.classList.add('toast')
  one('.close', banner).onclick = () => banner.remove()
  const hide = () => {
    if (banner.matches(':hover, :focus-within')) hiding = setTimeout(hide, 5000)
    else banner.remove()
  }
  hiding = setTimeout(hide, 30000)
}

// Keys.

// Where a row is selected, or is where one is, the verbs of its list act, and else those of the message.
const press = does => {
  const key = Object.entries(moved()).find(([, own]) => own === does)?.[0] ?? does
  const buttons = all(`[aria-keyshortcuts~="${CSS.escape(key)}"]`)
  const inList = checked().length || current() ? buttons.find(each => each.closest('.bulk')) : null
  const button = inList || buttons.find(each => !each.closest('.bulk'))
  if (!button) return false
  if (inList && !checked().length) box(current()).checked = true
  if (button.matches('input')) button.focus()
  else button.click()
  return true
}

function move(by, list, to) {
  if (!list.length) return false
  const at = list.findIndex(each => each.contains(document.activeElement))
  const next = list[at < 0 ? (by > 0 ? 0 : list.length - 1) : at + by]
  if (!next) return false
  to(next).focus({ preventScroll: true })
  next.scrollIntoView({ block: 'nearest' })
  return true
}

const steps = by => move(by, all('.row'), link) || press(by > 0 ? 'j' : 'k')
const folds = by => move(by, all('.fold'), fold => one('summary', fold))

let last // row whose checkbox was used last
function select(row, range) {
  if (!row || !box(row)) return false
  const rows = all('.row'), from = rows.indexOf(last), to = rows.indexOf(row)
  if (range && from >= 0) for (const each of rows.slice(Math.min(from, to), Math.max(from, to) + 1)) box(each).checked = true
  else box(row).checked = !box(row).checked
  last = row
  tally()
  return true
}

addEventListener('click', event => {
  const row = event.target.matches?.('.pick input') && event.target.closest('.row')
  if (!row) return
  if (event.shiftKey && last && last !== row) {
    event.target.checked = false
    select(row, true)
    event.target.checked = true
  }
  last = row
})

const groups = {
  a: () => true, n: () => false, r: row => !row.matches('.u'), u: row => row.matches('.u'),
  s: row => one('.star', row)?.ariaPressed === 'true', t: row => one('.star', row)?.ariaPressed === 'false',
}

async function help() {
  const dialog = document.createElement('dialog')
  const page = new DOMParser().parseFromString(await (await fetch(one('a[href$="/help/keys"]').href)).text(), 'text/html')
  dialog.append(...one('.prose', page).childNodes)
  dialog.setAttribute('aria-label', one('h1', dialog).textContent)
  dialog.addEventListener('close', () => dialog.remove())
  dialog.addEventListener('click', event => event.target === dialog && dialog.close())
  document.body.append(dialog)
  dialog.showModal()
}

// Archives and goes on without the list.
const archiveTo = rel => {
  const to = one(`.neighbours [rel=${rel}]`), button = to && one('[value=archive]', to.closest('form'))
  if (!button) return false
  button.form.back.value = to.dataset.back
  button.click()
  return true
}

// The box that ticks the page, which is for scripts alone, is ticked while all of it is.
function tally() {
  const page = one('.page')
  if (!page) return
  page.hidden = false
  one('input', page).checked = all('.row').every(row => box(row)?.checked)
}
tally()
addEventListener('change', ({ target }) => {
  if (target.matches('.page input')) for (const row of all('.row')) if (box(row)) box(row).checked = target.checked
  tally()
})

const keys = {
  j: () => steps(1),
  k: () => steps(-1),
  '[': () => archiveTo('prev'),
  ']': () => archiveTo('next'),
  n: () => folds(1),
  p: () => folds(-1),
  x: () => select(current()),
  'Shift+X': () => select(current(), true),
  o: () => current() && (link(current()).click(), true),
  s: () => { if (checked().length && press('s')) return true; const star = one('.star', current() || one('.msg') || document); star?.click(); return star },
  u: () => press('u') || (one('.row') && (location.reload(), true)),
  t: () => { const views = all('.views a'); views[(views.findIndex(view => view.ariaCurrent) + 1) % views.length]?.click(); return views.length },
  '?': () => { help(); return true },
}
const also = { y: 'e', Delete: '#', v: 'l' }
const moved = () => JSON.parse(root.dataset.keymap || '{}') // keys that a person gave to something else, by what is pressed

let prefix = ''
let forget
addEventListener('keydown', event => {
  const { target, key, altKey, ctrlKey, metaKey, isComposing, repeat } = event
  const pressed = key?.length === 1 && key !== key.toLowerCase() ? 'Shift+' + key : key
  const name = moved()[pressed] ?? also[pressed] ?? pressed
  if (event.defaultPrevented || isComposing || (repeat && !'jknp'.includes(name)) || ctrlKey || metaKey || altKey !== (root.dataset.keys === 'alt') || root.dataset.keys === 'off') return
  if (target.closest?.('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog, :popover-open')) return
  const first = prefix
  clearTimeout(forget)
  prefix = ''
  if (first === 'g') {
    const place = one(`[data-go="${CSS.escape(key)}"]`)
    if (place) event.preventDefault(), place.click()
    return
  }
  if (first === '*') {
    if (groups[key]) for (const row of all('.row')) if (box(row)) box(row).checked = groups[key](row)
    tally()
    return
  }
  if (key === 'g' || key === '*') {
    prefix = key
    say(key + ' …')
    forget = setTimeout(() => { prefix = '' }, 1200)
    return
  }
  if (keys[name] ? keys[name]() : press(name)) event.preventDefault()
})

// A page follows how the mail stands, while somebody can see it: it is fetched anew when a stream says that it is no longer
// true, and the parts take their places that nobody is using.

let stream
function follow() {
  stream?.close()
  stream = null
  if (document.hidden || !root.dataset.events) return
  stream = new EventSource(root.dataset.events)
  stream.onmessage = ({ data }) => { if (data !== root.dataset.state) renew() }
}

let late = false // a part waits until nobody is in it
async function renew() {
  if (root.dataset.busy) return
  const address = new URL(location), newest = one('.row .pick input')
  address.searchParams.set('auto', 1)
  if (newest && !one('[rel=prev]')) address.searchParams.set('since', newest.value)
  const answer = await fetch(address).catch(() => null)
  if (!answer?.ok || root.dataset.busy) return
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  if (page.documentElement.dataset.page !== root.dataset.page || !page.documentElement.dataset.state) return location.assign(answer.url)
  const heard = news()
  late = false
  for (const part of all('[data-live]')) {
    const next = page.getElementById(part.id)
    if (!next || next.isEqualNode(part)) continue
    if (part.contains(document.activeElement)) late = true
    else part.replaceWith(next)
  }
  document.title = page.title
  root.dataset.state = page.documentElement.dataset.state
  if (news() !== heard) tell(news())
}

// What has come, and how far a collection is, is also spoken, but not all the time.
const news = () => one('#news, #sync .prog p')?.textContent.trim() ?? ''
let told = 0
function tell(text) {
  if (text && Date.now() - told > 15000) told = Date.now(), say(text)
}

addEventListener('visibilitychange', follow)
addEventListener('pagehide', () => stream?.close()) // or the browser does not keep the page for Back
addEventListener('pageshow', event => { if (event.persisted) follow() })
addEventListener('focusout', () => { if (late) setTimeout(renew) })
follow()

// A message that has been looked at for a while is read, if the person wants it so.
const seen = one('#seen')
if (seen) setTimeout(() => { if (!document.hidden) fetch(seen.action, { method: 'POST', body: new URLSearchParams(new FormData(seen)), redirect: 'manual' }) }, 3000)

// On a computer that others use, a page that comes back from the browser's memory may be another's by now.
addEventListener('pageshow', event => { if (event.persisted && one('.public')) location.reload() })
