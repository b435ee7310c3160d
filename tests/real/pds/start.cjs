// Starts a Bluesky PDS, and the directory of identities that it needs, on loopback alone. Its first
// line says where it listens; it ends when its standard input does, and so with whoever began it.
// The folder of its packages is its one argument.
'use strict'
const net = require('node:net')
const path = require('node:path')

const LOOPBACK = '127.0.0.1'
require('node:dns').setDefaultResultOrder('ipv4first')

// The packages listen on every address of the machine, and can't be told otherwise.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (where, ...rest) {
  if (typeof where === 'object' && where !== null) {
    return listen.call(this, { ...where, host: LOOPBACK }, ...rest)
  }
  return listen.call(this, where, LOOPBACK, ...rest.filter((each) => typeof each !== 'string'))
}

async function main(packages) {
  const { TestPds, TestPlc } = require(path.join(packages, '@atproto', 'dev-env'))
  const plc = await TestPlc.create({})
  const pds = await TestPds.create({
    didPlcUrl: plc.url,
    bskyAppViewUrl: undefined,
    bskyAppViewDid: undefined,
    bskyAppViewCdnUrlPattern: undefined,
    modServiceUrl: undefined,
    modServiceDid: undefined,
  })
  console.log(JSON.stringify({ url: `http://${LOOPBACK}:${pds.port}` }))
  process.stdin.resume()
  process.stdin.on('end', () => process.exit(0))
}

main(path.resolve(process.argv[2]))
