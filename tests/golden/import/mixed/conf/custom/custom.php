<?php
return [
