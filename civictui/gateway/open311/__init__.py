"""Open311 GeoReport v2 on the same documents: `/open311/v2`, off unless the operator says so.

routes      what a request says, and how it is answered; errors in the shape of the specification
office      what the routes work with: what is offered, the keys, the register
places      how many may be served at a time; pace: how often a key may ask
offer       what the operator lets be seen
keys        who may post: API keys of accounts
again       the same request twice, by its Idempotency-Key
register    which reports there are, followed from the feed of whatever database is served
asking      the query of GET requests, read strictly
form        the body of a POST: fields and files; multipart takes one apart
posting     fields -> document; media: its link and its pictures
telling     document -> request, definition -> service
written     both as XML or JSON; sending: how much of it is on its way

Below `/open311/` the gate asks for no token: every route here decides by itself what it gives.
Source: <https://wiki.open311.org/GeoReport_v2/>.
"""
