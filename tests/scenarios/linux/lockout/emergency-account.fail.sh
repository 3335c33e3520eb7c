#!/bin/sh
# params: {"spare": ["ops", "nosudo"]}
true
