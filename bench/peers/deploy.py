"""The work of nodes/index.ts with pyinfra: a key, a request, a certificate, a broker user, its permissions."""

import json
import os
import shlex

from pyinfra.operations import server

bench = json.loads(os.environ["GROUNDWORK_BENCH"])
folder = os.environ["GROUNDWORK_BENCH_FOLDER"]

CURL = "curl --fail --silent --show-error --config curl.conf --request PUT --header content-type:application/json"

descriptor = os.open(os.path.join(folder, "curl.conf"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
with os.fdopen(descriptor, "w") as file:
    file.write('user = "%s:%s"\n' % (bench["username"], bench["password"]))


def run(name, command, creates=None):
    guard = "" if creates is None else "test -e %s || " % creates
    server.shell(name=name, commands=["cd %s && { %s%s; }" % (shlex.quote(folder), guard, command)])


def put(name, path, body):
    run(name, "%s --data %s %s/api/%s" % (CURL, shlex.quote(json.dumps(body)), bench["endpoint"], path))


run(
    "CA",
    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -subj /CN=bench",
    "ca.pem",
)
put("vhost", "vhosts/bench", {})
for i in range(bench["nodes"]):
    node = "node-%d" % i
    run("key %s" % node, "openssl ecparam -name prime256v1 -genkey -noout -out %s.key" % node, "%s.key" % node)
    request = "openssl req -new -key %s.key -out %s.csr -subj /CN=%s -addext subjectAltName=DNS:%s"
    run("request %s" % node, request % (node, node, node, node), "%s.csr" % node)
    sign = "openssl x509 -req -in %s.csr -CA ca.pem -CAkey ca.key -set_serial %d -days 90 -out %s.pem"
    run("certificate %s" % node, sign % (node, i + 1, node), "%s.pem" % node)
    put("user %s" % node, "users/bench-%d" % i, {"password": "password-%d" % i, "tags": ""})
    permissions = {"configure": "^$", "write": "^$", "read": "^node-%d$" % i}
    put("permissions %s" % node, "permissions/bench/bench-%d" % i, permissions)
