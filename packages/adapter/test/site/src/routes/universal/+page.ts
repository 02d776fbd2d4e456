export const load = async ({ fetch, url }) => ({
  read: await (await fetch('/base/read')).text(),
  asset: await (await fetch('/base/plain.txt')).text(),
  search: url.search,
})
