#!/bin/sh
# params: {}
