const articles = Array.from({ length: 20 }, (_, id) => ({
  id,
  name: `Article ${id}`,
  price: id * 3,
}))

export const GET = () => Response.json(articles)
