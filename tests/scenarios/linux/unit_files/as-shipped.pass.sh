#!/bin/sh
# params: {"what": "units"}
