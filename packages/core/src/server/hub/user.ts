/** Who is on a connection, as far as the app knows. */
export interface User {
  /** Names the person, whatever the tab or the device. */
  id: string
}
